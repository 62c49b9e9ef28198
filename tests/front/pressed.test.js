// Keys of one letter never count while somebody types, and G waits a moment for the letter of a page.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isTyping, Sequence } from "../../carehub/static/carehub/care/keys/pressed.js";

const key = (changes = {}) => ({ ctrlKey: false, metaKey: false, altKey: false, target: null, ...changes });
const inside = (field) => ({ closest: () => field });

test("a key pressed in a field or with Ctrl belongs to the field or the browser", () => {
  assert.equal(isTyping(key({ target: inside({}) })), true);
  assert.equal(isTyping(key({ ctrlKey: true })), true);
  assert.equal(isTyping(key({ altKey: true })), true);
  assert.equal(isTyping(key({ target: inside(null) })), false);
});

test("G and a letter within a moment name a page, later the letter is itself again", () => {
  let now = 0;
  const sequence = new Sequence({ first: "g", milliseconds: 1500, now: () => now });

  assert.deepEqual(sequence.press("g"), { isFirst: true, letter: null });
  now = 1000;
  assert.deepEqual(sequence.press("t"), { isFirst: false, letter: "t" });
  assert.deepEqual(sequence.press("t"), { isFirst: false, letter: null });

  sequence.press("g");
  now = 3000;
  assert.deepEqual(sequence.press("t"), { isFirst: false, letter: null });
});

test("G twice is the letter G, and Shift alone ends nothing that begins anew", () => {
  const sequence = new Sequence({ first: "g", milliseconds: 1500, now: () => 0 });

  sequence.press("g");
  assert.deepEqual(sequence.press("g"), { isFirst: false, letter: "g" });
  sequence.press("Shift");
  assert.deepEqual(sequence.press("g"), { isFirst: true, letter: null });
});

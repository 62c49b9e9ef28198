// Moving an appointment by keyboard: where an arrow leads, what is said, what is sent.
import assert from "node:assert/strict";
import { test } from "node:test";
import { neighbour } from "../../carehub/static/carehub/care/day/moving/places.js";
import { requestFor } from "../../carehub/static/carehub/care/day/moving/request.js";
import { question } from "../../carehub/static/carehub/care/day/moving/sentences.js";

// Two practitioners; the second one's first appointment spans three rows.
const places = [
  { name: "doctor 09:00", column: 100, at: 0, order: 0 },
  { name: "nurse 09:00", column: 300, at: 0, order: 1 },
  { name: "doctor 09:20", column: 100, at: 26, order: 2 },
  { name: "doctor 09:40", column: 100, at: 52, order: 3 },
  { name: "nurse 10:00", column: 300, at: 78, order: 4 },
  { name: "dentist 09:20", column: 500, at: 26, order: 5 },
];
const from = (name, key) => {
  const here = places.find((place) => place.name === name);
  const others = places.filter((place) => place !== here);
  return neighbour(here, others, key)?.name;
};

test("up and down stay with the same practitioner", () => {
  assert.equal(from("doctor 09:20", "ArrowDown"), "doctor 09:40");
  assert.equal(from("doctor 09:20", "ArrowUp"), "doctor 09:00");
  assert.equal(from("nurse 09:00", "ArrowDown"), "nurse 10:00");
});

test("left and right go to the nearest time of the practitioner beside, not to the one after", () => {
  assert.equal(from("doctor 09:20", "ArrowRight"), "nurse 09:00");
  assert.equal(from("doctor 09:40", "ArrowRight"), "nurse 10:00");
  assert.equal(from("dentist 09:20", "ArrowLeft"), "nurse 09:00");
});

test("at the edge there is nowhere to go", () => {
  assert.equal(from("doctor 09:00", "ArrowUp"), undefined);
  assert.equal(from("dentist 09:20", "ArrowRight"), undefined);
});

test("a free time takes the appointment, another appointment is exchanged with it", () => {
  const card = { carehubMove: "/a/move", carehubSwap: "/a/swap", carehubRevision: "3" };

  const toSlot = requestFor(card, { carehubSlot: "7|09:20" });
  const toCard = requestFor(card, { carehubKey: "b", carehubRevision: "5" });

  assert.deepEqual(toSlot, { address: "/a/move", values: { "move-revision": "3", slot: "7|09:20" } });
  assert.deepEqual(toCard, { address: "/a/swap", values: { revision: "3", other: "b|5" } });
});

test("the question names the time or the person, letter by letter", () => {
  const sentences = { overSlot: "Put it at {}?", overCard: "Exchange with {}?" };
  const words = { ".card-time": "09:20", ".card-name": "D’$& Paul" };
  const card = { dataset: {}, querySelector: (selector) => ({ textContent: words[selector] }) };

  assert.equal(question(sentences, { dataset: { carehubSlot: "7", carehubAt: "10:00" } }), "Put it at 10:00?");
  assert.equal(question(sentences, card), "Exchange with 09:20 D’$& Paul?");
});

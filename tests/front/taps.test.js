// What an officer tapped while the server was away is kept in order and sent again, ever less often.
import assert from "node:assert/strict";
import { test } from "node:test";
import { delayAfter, meaningOf, Taps } from "../../carehub/static/carehub/prison/taps.js";

const tap = (label, seen, to) => ({ action: "/line/1", label, seen, to });

test("a second tap on a line follows from the first, which is not recorded yet", () => {
  const taps = new Taps();

  taps.add("1", tap("Called", "expected", "called"));
  taps.add("1", tap("Left", "expected", "left"));

  assert.equal(taps.next("1").seen, "expected");
  taps.settle("1");
  assert.deepEqual(taps.next("1"), tap("Left", "called", "left"));
});

test("a line whose taps are all recorded waits no longer; the others do", () => {
  const taps = new Taps();
  taps.add("1", tap("Called", "expected", "called"));
  taps.add("2", tap("Called", "expected", "called"));

  taps.settle("1");

  assert.equal(taps.has("1"), false);
  assert.deepEqual(taps.keys(), ["2"]);
  assert.equal(taps.size, 1);
});

test("the line says which of its buttons wait", () => {
  const taps = new Taps();
  taps.add("1", tap("Left", "called", "left"));
  taps.add("1", tap("Arrived", "called", "arrived"));

  assert.equal(taps.words("1"), "“Left”, “Arrived”");
  assert.equal(taps.words("2"), "");
});

test("only a server that is away or a session that has ended lets a tap wait", () => {
  const meanings = [200, 422, 404, 400, 403, 0, 500, 502].map(meaningOf);

  assert.deepEqual(meanings, ["recorded", "refused", "gone", "broken", "signedOut", "signedOut", "waiting", "waiting"]);
});

test("sending again takes longer each time, never more than fifteen seconds, and begins anew after a success", () => {
  const delays = [500];
  for (let turn = 0; turn < 6; turn += 1) delays.push(delayAfter(delays.at(-1), true));

  assert.deepEqual(delays, [500, 1000, 2000, 4000, 8000, 15_000, 15_000]);
  assert.equal(delayAfter(15_000, false), 500);
});

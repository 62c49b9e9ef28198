// A page on a shared terminal warns before its session ends, and does not end one that somebody is using.
import assert from "node:assert/strict";
import { test } from "node:test";
import { SessionClock } from "../../carehub/static/carehub/access/session_clock.js";

const MINUTE = 60_000;
const tenMinutes = () => new SessionClock({ limit: 10 * MINUTE, warn: MINUTE, now: 0 });

test("the last minute is announced, then the session is over", () => {
  const clock = tenMinutes();

  assert.equal(clock.isNear(9 * MINUTE - 1000), false);
  assert.equal(clock.isNear(9 * MINUTE), true);
  assert.equal(clock.secondsLeft(9 * MINUTE + 1500), 59);
  assert.equal(clock.isOver(10 * MINUTE - 1), false);
  assert.equal(clock.isOver(10 * MINUTE), true);
});

test("a hand on the page prolongs the session", () => {
  const clock = tenMinutes();

  clock.heard(9 * MINUTE);

  assert.equal(clock.isNear(10 * MINUTE), false);
  assert.equal(clock.secondsLeft(10 * MINUTE), 9 * 60);
});

test("what the server says counts, shorter or longer", () => {
  const clock = tenMinutes();

  clock.setLeft(30_000, MINUTE);

  assert.equal(clock.secondsLeft(MINUTE), 30);
  assert.equal(clock.isNear(MINUTE), true);
});

test("the server hears of a hand once a minute, or five times in a short session", () => {
  const clock = tenMinutes();
  const short = new SessionClock({ limit: 100_000, warn: 20_000, now: 0 });

  assert.equal(clock.isNews(MINUTE), false);
  assert.equal(clock.isNews(MINUTE + 1), true);
  assert.equal(short.isNews(20_001), true);
  clock.tell(MINUTE + 1);
  assert.equal(clock.isNews(2 * MINUTE), false);
});

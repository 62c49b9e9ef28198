// An open list says what changed on it: what somebody else did, and never what was tapped on this very page.
import assert from "node:assert/strict";
import { test } from "node:test";
import { differences, titleOf } from "../../carehub/static/carehub/prison/differences.js";

const line = (fields = {}) => ({
  words: "09:30 A-1-101 DURAND Paul",
  mark: "",
  state: "expected",
  waits: false,
  ...fields,
});

test("an added line, a withdrawn one, one that is gone and a colleague's tap are told apart", () => {
  const before = new Map([
    ["withdrawn", line()],
    ["gone", line()],
    ["noted", line()],
    ["same", line()],
  ]);
  const after = new Map([
    ["new", line()],
    ["withdrawn", line({ mark: "withdrawn" })],
    ["noted", line({ state: "called" })],
    ["same", line()],
  ]);

  const told = Object.fromEntries([...differences(before, after)].map(([key, { what }]) => [key, what]));

  assert.deepEqual(told, { new: "added", withdrawn: "withdrawn", noted: "noted", gone: "gone" });
});

test("a tap of this page that is still on its way is no news, nor is a line that left a part of the list", () => {
  const before = new Map([
    ["mine", line({ waits: true })],
    ["left", line()],
  ]);
  const after = new Map([["mine", line({ state: "called" })]]);

  assert.equal(differences(before, after, { isFiltered: true }).size, 0);
});

test("the title says how many, and that something is new or frozen", () => {
  assert.equal(titleOf("Board", { badge: 0, hasNews: false, isFrozen: false }), "Board");
  assert.equal(titleOf("Board", { badge: 9, hasNews: true, isFrozen: true }), "■ ▸ (9) Board");
});

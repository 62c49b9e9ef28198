// What scripts read and write as text: cookies, and the bytes of a security key.
import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, text } from "../../carehub/static/carehub/access/base64url.js";
import { cookieIn, token } from "../../carehub/static/carehub/base/cookies.js";

test("bytes come back as they were, in signs that need no escaping", () => {
  const every = Uint8Array.from({ length: 256 }, (_each, index) => index);

  assert.deepEqual(bytes(text(every)), every);
  assert.match(text(every), /^[\w-]+$/);
  assert.equal(text(Uint8Array.of(251, 255)), "-_8");
});

test("a cookie is found by its whole name", () => {
  const cookies = "carehub_care_csrf_old=1; carehub_care_csrf=abc; carehub_prison_csrf=x";

  assert.equal(cookieIn(cookies, "carehub_care_csrf"), "abc");
  assert.equal(cookieIn(cookies, "carehub_accounts_csrf"), undefined);
  assert.equal(cookieIn("", "carehub_care_csrf"), undefined);
});

test("the token against forged requests is the one bound to the host, where there is one", () => {
  assert.equal(token("carehub_care_csrf=planted; __Host-carehub_care_csrf=ours", "care"), "ours");
  assert.equal(token("carehub_care_csrf=plain", "care"), "plain");
  assert.equal(token("", "care"), undefined);
});

// Asks the browser for a security key and sends its answer with an ordinary form; the page's form says what to ask.
import { bytes, text } from "./base64url.js";

const known = (list) => (list ?? []).map((each) => ({ ...each, id: bytes(each.id) }));

const create = async (asked) => {
  const { response, ...key } = await navigator.credentials
    .create({
      publicKey: {
        ...asked,
        challenge: bytes(asked.challenge),
        user: { ...asked.user, id: bytes(asked.user.id) },
        excludeCredentials: known(asked.excludeCredentials),
      },
    })
    .then(parts);
  return {
    ...key,
    response: {
      clientDataJSON: text(response.clientDataJSON),
      attestationObject: text(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    },
  };
};

const get = async (asked) => {
  const { response, ...key } = await navigator.credentials
    .get({
      publicKey: {
        ...asked,
        challenge: bytes(asked.challenge),
        allowCredentials: known(asked.allowCredentials),
      },
    })
    .then(parts);
  return {
    ...key,
    response: {
      clientDataJSON: text(response.clientDataJSON),
      authenticatorData: text(response.authenticatorData),
      signature: text(response.signature),
      userHandle: response.userHandle ? text(response.userHandle) : null,
    },
  };
};

const parts = (key) => ({ id: key.id, rawId: text(key.rawId), type: key.type, response: key.response });

const complain = (form, sentence) => {
  const place = form.querySelector("[data-carehub-key-error]");
  place.textContent = sentence;
  place.hidden = false;
};

const prepare = (form) => {
  const ceremony = { create, get }[form.dataset.carehubKey];
  const answer = form.querySelector("input[name=answer]");
  answer.value = ""; // an answer fits one question only
  form.addEventListener("submit", async (event) => {
    if (answer.value) return;
    event.preventDefault();
    if (!window.PublicKeyCredential) return complain(form, form.dataset.carehubKeyMissing);
    try {
      answer.value = JSON.stringify(await ceremony(JSON.parse(form.dataset.carehubQuestion)));
    } catch {
      return complain(form, form.dataset.carehubKeyFailed);
    }
    form.requestSubmit();
  });
  // Sent before this, the form would go without an answer: the page comes with the button disabled.
  form.querySelector("button").disabled = false;
};

document.addEventListener("DOMContentLoaded", () =>
  document.querySelectorAll("form[data-carehub-key]").forEach(prepare),
);

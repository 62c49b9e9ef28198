// Keeps what is typed into a form that names its draft, on the server and nowhere in the browser; offers it again to
// the same person when the form is opened anew; lets it go once it was sent.
import { token } from "../../base/cookies.js";

const AFTER_TYPING = 1500;
const OURS = "carehub_";
const page = document.body.dataset;
const addresses = document.querySelector(".door-search[data-carehub-drafts]")?.dataset.carehubDrafts;
const timers = new WeakMap();
const known = new WeakMap();

const addressOf = (form) => addresses.replace("_", form.dataset.carehubDraft);

const headers = () => ({ "X-CSRFToken": token() ?? "", "CareHub-Who": page.carehubWho, "HX-Request": "true" });
const send = (address, body, more = {}) =>
  fetch(address, { method: "POST", headers: headers(), body, cache: "no-store", ...more });

const typed = (form) => {
  const body = new FormData();
  for (const [name, value] of new FormData(form))
    if (typeof value === "string" && !name.startsWith(OURS) && name !== "csrfmiddlewaretoken") body.append(name, value);
  return body;
};
const asText = (body) => new URLSearchParams(body).toString();

const line = (form) => {
  let found = form.querySelector(":scope > .draft-line");
  if (!found) {
    found = Object.assign(document.createElement("p"), { className: "draft-line" });
    found.setAttribute("role", "status");
    form.append(found);
  }
  return found;
};

const say = (form, html) => {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  line(form).replaceChildren(...parsed.body.childNodes);
};

const keep = async (form, more) => {
  window.clearTimeout(timers.get(form));
  timers.delete(form);
  const body = typed(form);
  if (known.get(form) === asText(body)) return;
  known.set(form, asText(body));
  try {
    const answer = await send(addressOf(form), body, more);
    if (answer.ok && !answer.redirected && form.isConnected) say(form, await answer.text());
  } catch {
    // The server is away: the next key tries again, and the page promises nothing.
    known.delete(form);
  }
};

// --- Offered when the form opens; a page that was refused has what was typed already.
const offer = async (form) => {
  known.set(form, asText(typed(form)));
  const sent = { type: "hidden", name: `${OURS}draft`, value: form.dataset.carehubDraft };
  form.append(Object.assign(document.createElement("input"), sent));
  if (form.querySelector(".field-error, .error-summary, [data-carehub-refused]")) return;
  const answer = await fetch(addressOf(form), { headers: headers(), cache: "no-store" });
  if (answer.ok && !answer.redirected && form.isConnected) say(form, await answer.text());
};

const changed = (element, name) => element?.dispatchEvent(new Event(name, { bubbles: true }));

// People are choices only once they were searched for: the one who was chosen is chosen again when they are there.
const chooseLater = (form, people) => {
  const choose = (event) => {
    if (event.target.id !== "people-choices" && form.isConnected) return;
    document.removeEventListener("htmx:afterSwap", choose);
    const person = [...form.querySelectorAll("[name=person]")].find((each) => people.includes(each.value));
    if (!person) return;
    person.checked = true;
    changed(person, "change");
  };
  document.addEventListener("htmx:afterSwap", choose);
};

const fill = (form, fields) => {
  for (const [name, values] of fields) {
    const found = [...form.elements].filter((each) => each.name === name && each.type !== "hidden");
    if (name === "person" && !found.length) chooseLater(form, values);
    for (const field of found) {
      if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
      else field.value = values[0];
    }
  }
  const place = form.querySelector("details.place");
  if (place) place.open = true;
  changed(place, "change");
  changed(form.elements.q, "input");
  (form.elements.q ?? form.querySelector("textarea, input:not([type=hidden])"))?.focus();
};

document.addEventListener("click", async (event) => {
  const take = event.target.closest("[data-carehub-draft-take]");
  const drop = event.target.closest("[data-carehub-draft-drop]");
  const form = (take ?? drop)?.closest("form");
  if (!form) return;
  const answer = await send(take?.dataset.carehubDraftTake ?? drop.dataset.carehubDraftDrop, new FormData());
  if (!answer.ok) return;
  line(form).replaceChildren();
  if (take) fill(form, (await answer.json()).fields);
});

const prepare = (root) => {
  for (const form of root.querySelectorAll("form[data-carehub-draft]")) if (!known.has(form)) offer(form);
};

if (addresses) {
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-carehub-draft]");
    if (!form) return;
    window.clearTimeout(timers.get(form));
    timers.set(form, window.setTimeout(keep, AFTER_TYPING, form));
  });
  // A page that closes takes nothing with it: what was typed last leaves with the goodbye.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden") return;
    for (const form of document.querySelectorAll("form[data-carehub-draft]"))
      if (timers.has(form)) keep(form, { keepalive: true });
  });
  document.addEventListener(
    "submit",
    (event) => {
      window.clearTimeout(timers.get(event.target));
      timers.delete(event.target);
    },
    true,
  );
  document.addEventListener("htmx:afterSwap", (event) => prepare(event.target));
  prepare(document);
}

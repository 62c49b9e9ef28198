// The keyboard of the care door: / searches, N books, G and a letter open a page, ? lists the keys, A and the arrows
// lead through the agenda. No key counts while somebody types, nor with Ctrl, Alt or Meta; a session may do without.
import { neighbour } from "../day/moving/places.js";
import { isTyping, Sequence } from "./pressed.js";

const SLOT = "[data-carehub-slot]";
const PLACES = `${SLOT}, .card-appointment, [data-carehub-move]`;
const COLUMN = ".agenda-column, td";

const search = document.querySelector(".door-search[data-carehub-keys]");
const agenda = document.querySelector(".agenda");
const sequence = new Sequence({ first: "g", milliseconds: 1500, now: Date.now });
let list = null;

// --- The list, and the pages that a letter opens: asked for once, when the first key needs it.
const fetchList = async () => {
  if (list) return list;
  const answer = await fetch(search.dataset.carehubKeys, { headers: { "HX-Request": "true" } });
  if (!answer.ok || answer.redirected) return null;
  const dialog = document.createElement("dialog");
  dialog.className = "keys-dialog";
  dialog.setAttribute("aria-label", search.dataset.carehubKeysTitle);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  dialog.append(...page.body.childNodes);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  list = dialog;
  return list;
};

const showList = async () => {
  const dialog = await fetchList();
  if (dialog && !dialog.open) dialog.showModal();
};

const open = async (letter) => {
  const dialog = await fetchList();
  const link = dialog && [...dialog.querySelectorAll("[data-carehub-go]")].find((a) => a.dataset.carehubGo === letter);
  if (link) window.location.assign(link.href);
};

// --- In the agenda.
const isSeen = (element) => element.getClientRects().length > 0;
const places = () => [...agenda.querySelectorAll(PLACES)].filter(isSeen);
const time = (slot) => slot.dataset.carehubSlot.split("|")[1];
const firstFree = () =>
  places()
    .filter((each) => each.matches(SLOT))
    .sort((a, b) => time(a).localeCompare(time(b)))[0];

const seen = (element, order) => ({
  element,
  order,
  column: Math.round((element.closest(COLUMN) ?? element).getBoundingClientRect().left),
  at: element.getBoundingClientRect().top,
});

const step = (from, key) => {
  const all = places().map(seen);
  const here = all.find((each) => each.element === from);
  const next =
    here &&
    neighbour(
      here,
      all.filter((each) => each !== here),
      key,
    );
  next?.element.focus();
  return Boolean(next);
};

const goToAgenda = () => {
  const place = agenda && (firstFree() ?? places()[0]);
  place?.focus();
  place?.scrollIntoView({ block: "nearest" });
  return Boolean(place);
};

const book = () => {
  const focused = document.activeElement?.closest(SLOT);
  const slot = focused ?? (agenda && firstFree());
  slot?.scrollIntoView({ block: "nearest" });
  if (slot) slot.click();
  else window.location.assign(search.dataset.carehubBook);
};

const skip = document.querySelector("[data-carehub-skip-to-agenda]");
if (skip && agenda) {
  skip.hidden = false;
  skip.addEventListener("click", (event) => {
    if (goToAgenda()) event.preventDefault();
  });
}

// --- What each key does. On the way down: a page with keys of its own never sees the letter after G.
const single = {
  "/": () => search.querySelector("input[type=search]").focus(),
  "?": showList,
  n: book,
  a: () => (agenda ? goToAgenda() : false),
};

const press = (event) => {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const { isFirst, letter } = sequence.press(key);
  if (isFirst) fetchList();
  else if (letter) open(letter);
  else if (!(key in single) || single[key]() === false) return;
  event.preventDefault();
  event.stopPropagation();
};

if (search && !("carehubWithoutKeys" in search.dataset)) {
  document.addEventListener(
    "keydown",
    (event) => {
      if (isTyping(event) || document.querySelector("dialog[open]")) return;
      press(event);
    },
    true,
  );
}

// Arrows: after whoever carries an appointment has had them.
document.addEventListener("keydown", (event) => {
  if (!agenda || event.defaultPrevented || isTyping(event) || !event.key.startsWith("Arrow")) return;
  const at = document.activeElement?.closest(PLACES);
  if (at && agenda.contains(at) && step(at, event.key)) event.preventDefault();
});

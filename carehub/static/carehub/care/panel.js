// The agenda's panel: opens over the table without moving it, marks what it speaks of, and takes the keyboard with it.
// Everything works without it too.
const panel = document.getElementById("panel");
const TAKES_TEXT = "input:not([type=radio], [type=checkbox], [type=submit]), select, textarea";
let opener = null;

const isOverAgenda = () => Boolean(document.querySelector(".agenda, [data-carehub-slot]"));

// The slot or the appointment that the panel speaks of. Another time chosen in the form moves the mark.
const chosen = () => {
  const said = panel.querySelector("[data-carehub-chosen]")?.dataset.carehubChosen;
  if (!said) return null;
  const slots = [...document.querySelectorAll("[data-carehub-slot]")];
  return slots.find((each) => each.dataset.carehubSlot === said) ?? document.getElementById(said);
};

const unmark = () => {
  for (const each of document.querySelectorAll(".chosen")) {
    each.classList.remove("chosen");
    each.removeAttribute("aria-current");
  }
};

const mark = (place = chosen()) => {
  unmark();
  place?.classList.add("chosen");
  place?.setAttribute("aria-current", "true");
  return place;
};

// Under the header as far as that is in sight, on the side on which it hides nothing that is spoken of.
const stand = () => {
  const header = document.querySelector(".door-header");
  const top = Math.max(0, header?.getBoundingClientRect().bottom ?? 0);
  panel.style.setProperty("--panel-top", `${Math.round(top)}px`);
};
const chooseSide = (place) => {
  const isUnder = place && place.getBoundingClientRect().right > window.innerWidth - panel.offsetWidth;
  panel.classList.toggle("side-panel-left", Boolean(isUnder));
};

const close = () => {
  if (!panel) return;
  // What its form is still asking finds no place to answer.
  for (const form of panel.querySelectorAll("form")) window.htmx.trigger(form, "htmx:abort");
  panel.replaceChildren();
  panel.classList.remove("side-panel-open", "side-panel-over", "side-panel-left");
  unmark();
  // A table that was drawn again has another element for the same time.
  const back = opener?.isConnected ? opener : opener?.id && document.getElementById(opener.id);
  back?.focus({ preventScroll: true });
};

const firstToAct = () =>
  panel.querySelector("[data-carehub-refused]") ||
  panel.querySelector(".error-summary") ||
  panel.querySelector(".field-wrong :is(input, select)") ||
  panel.querySelector("[data-carehub-do]") ||
  panel.querySelector("#id_q") ||
  panel.querySelector("h2");

// Before anything in it can be given the focus: the page would scroll to a panel that still stands in it.
let isNew = false;
const opening = () => {
  isNew = !panel.classList.contains("side-panel-open");
  panel.classList.add("side-panel-open");
  if (!isOverAgenda()) return;
  panel.classList.add("side-panel-over");
  stand();
};

const opened = () => {
  if (isOverAgenda()) {
    // Where the agenda shows no such slot (a week), what was clicked stands for it.
    const place = chosen() ?? (isNew && opener?.closest(".agenda") ? opener : null);
    mark(place);
    if (isNew) chooseSide(place);
  } else panel.scrollIntoView({ block: window.innerWidth > 900 ? "nearest" : "start" });
  firstToAct()?.focus();
};

document.addEventListener("htmx:beforeRequest", (event) => {
  if (panel && event.detail.target === panel && !panel.contains(event.detail.elt)) opener = event.detail.elt;
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if (panel && event.detail.target === panel && event.detail.shouldSwap) opening();
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target === panel && panel.childElementCount) opened();
  showUsual(event.detail.target);
});
document.addEventListener("htmx:oobAfterSwap", (event) => {
  if (panel && event.detail.target.id === "booking-when") mark();
});
window.addEventListener("scroll", () => panel?.classList.contains("side-panel-over") && stand(), { passive: true });
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-carehub-close-panel]")) close();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && panel?.childElementCount) close();
});

// Down from the search field goes to the first person found.
document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" || event.target.id !== "id_q") return;
  const first = document.querySelector("#people-choices input[type=radio]");
  if (first) {
    event.preventDefault();
    first.focus();
    first.checked = true;
    first.dispatchEvent(new Event("change", { bubbles: true }));
  }
});

// The usual kinds have a figure each; it counts wherever no text is typed.
const choose = (button) => {
  const kind = button.closest("form").elements.kind;
  kind.value = button.dataset.carehubChoose;
  kind.dispatchEvent(new Event("change", { bubbles: true }));
};
function showUsual(root) {
  for (const usual of root.querySelectorAll("[data-carehub-usual]")) usual.hidden = false;
}
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-carehub-choose]");
  if (button) choose(button);
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(TAKES_TEXT)) return;
  const button = document.querySelector(`[data-carehub-choose][aria-keyshortcuts="${CSS.escape(event.key)}"]`);
  if (!button) return;
  event.preventDefault();
  choose(button);
});

document.addEventListener("DOMContentLoaded", () => {
  showUsual(document);
  document.querySelector("[data-carehub-refused]")?.focus();
  const changed = document.querySelector(".card-changed");
  if (changed) return changed.scrollIntoView({ block: "center" });
  // Today begins at the present time, without moving the page itself.
  const now = document.querySelector("[data-carehub-now]"),
    frame = now?.closest(".agenda-wrap");
  if (frame && now.previousElementSibling?.classList.contains("agenda-noon"))
    frame.scrollTop = now.offsetTop - frame.querySelector(".agenda-heads").offsetHeight;
});

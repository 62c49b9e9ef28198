// The agenda's panel: opens beside the table, closes, and takes the keyboard with it. Everything works without it too.
const panel = document.getElementById("panel");
let opener = null;

const close = () => {
  if (!panel) return;
  panel.replaceChildren();
  panel.classList.remove("side-panel-open");
  opener?.focus();
};

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target === panel && !panel.contains(event.detail.elt)) opener = event.detail.elt;
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== panel) return;
  panel.classList.add("side-panel-open");
  panel.scrollIntoView({ block: window.innerWidth > 900 ? "nearest" : "start" });
  (
    panel.querySelector(".error-summary") ||
    panel.querySelector("[data-carehub-do]") ||
    panel.querySelector("#id_q") ||
    panel.querySelector("h2")
  )?.focus();
});
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
  }
});

document.addEventListener("DOMContentLoaded", () => {
  const changed = document.querySelector(".card-changed");
  if (changed) return changed.scrollIntoView({ block: "center" });
  // Today begins at the present time, without moving the page itself.
  const now = document.querySelector("[data-carehub-now]"),
    frame = now?.closest(".agenda-wrap");
  if (frame && now.previousElementSibling?.classList.contains("agenda-noon"))
    frame.scrollTop = now.offsetTop - frame.querySelector(".agenda-heads").offsetHeight;
});

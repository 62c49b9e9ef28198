// What unfolds over the page: one at a time, folded again by Escape or a click elsewhere, and left open when a part of
// the page is brought up to date beneath it. Without this script each opens and closes by itself.
const DROP = "details[data-carehub-drop]";
const openOnes = (root) => [...root.querySelectorAll(`${DROP}[open]`)];

const foldAllBut = (kept) => {
  for (const drop of openOnes(document)) if (drop !== kept && !drop.contains(kept)) drop.open = false;
};
document.addEventListener("click", (event) => foldAllBut(event.target.closest?.(DROP) ?? null));
document.addEventListener("keydown", (event) => {
  const drop = event.key === "Escape" && event.target.closest?.(`${DROP}[open]`);
  if (!drop) return;
  drop.open = false;
  drop.querySelector("summary").focus();
});

let open = [];
document.addEventListener("htmx:beforeSwap", (event) => {
  open = openOnes(event.detail.target).map((drop) => drop.id);
});
document.addEventListener("htmx:afterSwap", () => {
  for (const id of open.splice(0)) document.getElementById(id)?.setAttribute("open", "");
});

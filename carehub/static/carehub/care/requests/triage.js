// The queue by keyboard: arrows go from request to request, a letter does something with the one in hand.
const rows = () => [...document.querySelectorAll("[data-carehub-row]")];
const line = (element) => element?.closest("[data-carehub-queue] tr");

const go = (step) => {
  const all = rows();
  const here = line(document.activeElement)?.querySelector("[data-carehub-row]");
  const next = here ? all[all.indexOf(here) + step] : all[0];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
};

const press = { ArrowDown: () => go(1), ArrowUp: () => go(-1), j: () => go(1), k: () => go(-1) };
const inHand = { p: "[data-carehub-plan]", t: "[data-carehub-sort]", a: "[data-carehub-accept]" };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, select, textarea, #panel")) return;
  const here = line(document.activeElement);
  if (press[event.key] && (here || document.activeElement === document.body || document.activeElement.id === "main")) {
    event.preventDefault();
    press[event.key]();
  } else if (here && inHand[event.key]) {
    event.preventDefault();
    here.querySelector(inHand[event.key])?.click();
  }
});

document.addEventListener("DOMContentLoaded", () => {
  if (!document.querySelector("[data-carehub-focus]")) rows()[0]?.focus({ preventScroll: true });
});

// The search at the top of every care page: arrows walk through the people found, Escape goes back to the field.

const walk = (field, found) => {
  const links = () => [...found.querySelectorAll("a")];

  document.addEventListener("keydown", (event) => {
    const all = links(),
      at = all.indexOf(document.activeElement);
    if (document.activeElement !== field && at < 0) return;
    if (event.key === "Escape") {
      found.replaceChildren();
      field.focus();
      return;
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    if (!all.length) return;
    event.preventDefault();
    const next = at + (event.key === "ArrowDown" ? 1 : -1);
    if (next < 0) field.focus();
    else all[Math.min(next, all.length - 1)].focus();
  });
  // Whoever goes on elsewhere is not left with the list over the page.
  document.addEventListener("focusin", (event) => {
    if (!event.target.closest(".door-search")) found.replaceChildren();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".door-search")) found.replaceChildren();
  });
};

const field = document.getElementById("door-q");
const found = document.getElementById("door-found");
if (field && found) walk(field, found);

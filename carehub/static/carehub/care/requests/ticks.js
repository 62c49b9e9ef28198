// One box ticks many: all lines of a table, or those of one person. Shown by this script, since without it they do
// nothing.

const lines = (box) => {
  const ticks = [...box.form.querySelectorAll("input.tick")];
  const of = box.dataset.carehubTicks;
  return of === "all" ? ticks : ticks.filter((tick) => tick.dataset.carehubOf === of);
};

const show = (box) => {
  const mine = lines(box),
    ticked = mine.filter((tick) => tick.checked).length;
  box.checked = mine.length > 0 && ticked === mine.length;
  box.indeterminate = ticked > 0 && ticked < mine.length;
};

const boxes = [...document.querySelectorAll("input[data-carehub-ticks]")];
for (const box of boxes) {
  const label = box.closest("label");
  if (lines(box).length > 1 && label) label.hidden = false;
  box.addEventListener("change", () => {
    for (const tick of lines(box)) tick.checked = box.checked;
    boxes.forEach(show);
  });
}
document.addEventListener("change", (event) => {
  if (event.target.matches("input.tick")) boxes.forEach(show);
});
boxes.forEach(show);

// On a telephone a table that would not fit is read one cell below the other, each with the name of its column.
// Without this script it scrolls in its own frame.

/** What each column is called: the last row of headings says it. */
const names = (table) => {
  const row = [...(table.tHead?.rows ?? [])].at(-1);
  return [...(row?.cells ?? [])].flatMap((cell) => {
    // A heading that ticks every box of its column is no name of one of them.
    if (cell.querySelector("input")) return Array(cell.colSpan).fill("");
    const shown = [...cell.childNodes].filter((node) => !node.classList?.contains("visually-hidden"));
    const name = shown
      .map((node) => node.textContent)
      .join("")
      .trim();
    return Array(cell.colSpan).fill(name);
  });
};

const label = (table) => {
  const called = names(table);
  if (!called.length) return;
  for (const row of [...table.tBodies].flatMap((body) => [...body.rows])) {
    // A heading of several rows stands in the first of them only.
    let column = called.length - [...row.cells].reduce((sum, cell) => sum + cell.colSpan, 0);
    for (const cell of row.cells) {
      // A box to tick is no fact of its column, and says by itself what it is for; so does a button or a link that
      // bears the column's own name.
      const isBox = cell.querySelector(":scope > [type=checkbox], :scope > label > [type=checkbox]") !== null;
      const saysItself = isBox || cell.querySelector("a, button")?.textContent.trim().startsWith(called[column]);
      if (cell.tagName === "TD" && cell.colSpan === 1 && called[column] && !saysItself) {
        cell.dataset.label = called[column];
      }
      column += cell.colSpan;
    }
  }
  table.classList.add("stacked");
};

const prepare = (root) => {
  for (const table of root.querySelectorAll(".table-wrap > table.data, .table-wrap > table.day-table")) label(table);
};
document.addEventListener("DOMContentLoaded", () => prepare(document));
document.addEventListener("htmx:afterSwap", (event) => prepare(event.target));

// Rounds by the keyboard: arrows go from person to person, one key notes a visit. Everything works without it too.
const rows = [...document.querySelectorAll("[data-carehub-round]")];
const typing = "input, select, textarea, [contenteditable]";

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.repeat || event.target.closest(typing)) return;
  const here = rows.indexOf(event.target.closest("[data-carehub-round]"));
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    const next = rows[here + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  } else if (here >= 0) {
    rows[here].querySelector(`[data-carehub-key="${CSS.escape(event.key.toLowerCase())}"]`)?.click();
  }
});

// After one was noted, the address names the next one who waits.
rows.find((row) => `#${row.id}` === location.hash)?.focus();

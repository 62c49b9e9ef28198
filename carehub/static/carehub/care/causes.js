// Causes of a refusal by keyboard: with the focus on one person's buttons, a digit presses the button of that place.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || !/^[1-9]$/.test(event.key)) return;
  const buttons = event.target.closest("[data-carehub-causes]")?.querySelectorAll("button");
  const chosen = buttons?.[Number(event.key) - 1];
  if (!chosen) return;
  event.preventDefault();
  chosen.click();
});

// The impediment sheet opens over the list, which may be read anew under it. Without it the link opens a page.

const prepare = (dialog, link) => {
  const line = link.closest("[data-carehub-line]").dataset.carehubLine;
  for (const button of dialog.querySelectorAll("[data-carehub-to]")) {
    button.formAction = `/line/${line}`;
    button.value = link.dataset.carehubImpede + button.dataset.carehubTo;
  }
  dialog.querySelector("[data-carehub-alert]").search = new URLSearchParams({ line });
  dialog.querySelector("[data-carehub-who]").textContent = link.parentElement.getAttribute("aria-label");
};

/** The sheet of this page, if it has one, opening and closing by itself. */
export const impedimentSheet = () => {
  const dialog = document.getElementById("impede");
  if (!dialog) return null;
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-carehub-impede]");
    if (link) {
      event.preventDefault();
      prepare(dialog, link);
      dialog.showModal();
    } else if (event.target.closest("[data-carehub-close]")) dialog.close();
  });
  return dialog;
};

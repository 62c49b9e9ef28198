// What every door's pages need of JavaScript; each page also works without it.
import { token as presentToken } from "./cookies.js";

// The token is read when the request leaves: the one written into a form may be older.
document.addEventListener("htmx:configRequest", (event) => {
  const token = presentToken();
  if (!token) return;
  event.detail.headers["X-CSRFToken"] = token;
  // It would be believed first.
  delete event.detail.parameters.csrfmiddlewaretoken;
});

// What stands on a page by the hundred says its address once: "#" is that of the link itself.
document.addEventListener("htmx:configRequest", (event) => {
  const { elt, path } = event.detail;
  if (path === "#" && elt.hasAttribute("href")) event.detail.path = elt.getAttribute("href");
});

// A form sent the ordinary way takes the present token too, so that nothing typed is lost after a new sign-in.
document.addEventListener(
  "submit",
  (event) => {
    const field = event.target.querySelector("input[name=csrfmiddlewaretoken]");
    const token = presentToken();
    if (field && token) field.value = token;
  },
  true,
); // on the way down: before htmx reads the form

document.addEventListener("htmx:sendError", () => {
  const notice = document.getElementById("carehub-notice");
  if (notice)
    notice.replaceChildren(
      Object.assign(document.createElement("p"), {
        className: "notice notice-error",
        textContent: document.body.dataset.carehubUnreachable,
      }),
    );
});

// A narrow screen shows the menu when it is asked for; without JavaScript it always stands there.
const fold = (button) => {
  const menu = button.closest("[data-carehub-folds]") ?? button.parentElement;
  menu.classList.add("nav-folds");
  button.hidden = false;
  button.addEventListener("click", () => {
    button.setAttribute("aria-expanded", menu.classList.toggle("nav-unfolded"));
  });
};

const prepare = (root) => {
  for (const button of root.querySelectorAll("[data-carehub-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  for (const label of root.querySelectorAll("[data-carehub-tick-all]")) {
    label.hidden = false;
    const all = label.querySelector("input");
    all.addEventListener("change", () => {
      for (const box of all.form.querySelectorAll("input[type=checkbox][name]")) box.checked = all.checked;
    });
  }
  root.querySelector("[data-carehub-focus]")?.focus();
};
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-carehub-fold]").forEach(fold);
  prepare(document);
  // The click that led here asked for paper.
  if (document.querySelector("[data-carehub-print-now]")) window.print();
});
document.addEventListener("htmx:afterSwap", (event) => prepare(event.target));

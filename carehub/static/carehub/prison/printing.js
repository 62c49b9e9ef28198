// Ctrl+P prints the sheet, whatever page is open: kept like any other, so that the next one tells what has changed.
// A preview is kept as by its button; other pages that are paper themselves print as they are.
import { token } from "../base/cookies.js";

const sheet = () =>
  document.querySelector("main [data-carehub-sheet]") ?? document.querySelector("[data-carehub-sheet]");
const isPaper = () => document.querySelector(".page-print, .page-slips") !== null;

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "p" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
  const preview = document.querySelector("[data-carehub-keeps]");
  if (!preview && (isPaper() || !sheet())) return;
  event.preventDefault();
  if (preview) {
    preview.requestSubmit();
    return;
  }
  const form = Object.assign(document.createElement("form"), { method: "post", action: sheet().href, hidden: true });
  form.append(
    Object.assign(document.createElement("input"), {
      type: "hidden",
      name: "csrfmiddlewaretoken",
      value: token() ?? "",
    }),
  );
  document.body.append(form);
  form.requestSubmit();
});

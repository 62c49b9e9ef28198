// The mail of the day by keyboard alone: Enter saves the line and opens the next. Without it the form is sent whole.

const runMail = (form) => {
  form.dataset.scripted = "";

  const lines = () => [...form.querySelectorAll("[data-carehub-letter]")];
  const who = (line) => line?.querySelector("[data-carehub-who]");

  // The last line asks for a blank one after it.
  document.addEventListener("htmx:configRequest", (event) => {
    if (!form.contains(event.detail.elt)) return;
    const last = lines().at(-1)?.querySelector("input[name=line]");
    if (last) event.detail.parameters.last = last.value;
  });

  form.addEventListener("keydown", (event) => {
    const line = event.target.closest("[data-carehub-letter]");
    if (!line) return;
    const people = [...line.querySelectorAll(".letter-people input[type=radio]")];
    if (event.key === "ArrowDown" && event.target === who(line) && people.length) {
      event.preventDefault();
      const chosen = people.find((each) => each.checked) || people[0];
      chosen.checked = true;
      chosen.focus();
    }
    if (event.key !== "Enter" || event.target.matches("button, a") || event.ctrlKey || event.altKey) return;
    event.preventDefault();
    // Of several people nobody is chosen by Enter: the server asks which one, and the arrow down chooses.
    line.querySelector("[data-carehub-save]").click();
  });

  // The source just used is the likeliest of the next letter.
  form.addEventListener("change", (event) => {
    if (!event.target.name?.endsWith("-source")) return;
    const all = lines();
    for (const line of all.slice(all.indexOf(event.target.closest("tr")) + 1)) {
      if (!who(line).value) line.querySelector("[name$='-source']").value = event.target.value;
    }
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    const row = event.detail.elt.closest?.("tr");
    if (!row || !form.contains(row)) return;
    if (row.matches("[data-carehub-saved]")) {
      const after = [...form.querySelectorAll("tr[data-carehub-letter]")];
      const next =
        after.find((line) => row.compareDocumentPosition(line) & Node.DOCUMENT_POSITION_FOLLOWING) || after[0];
      who(next)?.focus();
    } else if (row.matches(".letter-wrong") && event.detail.requestConfig?.verb === "post") {
      (row.querySelector("[data-carehub-first]") || row.querySelector("[aria-invalid=true]") || who(row)).focus();
    }
  });

  document.addEventListener("DOMContentLoaded", () => {
    if (!form.querySelector(".letter-wrong")) who(lines()[0])?.focus();
  });
};

const form = document.querySelector("[data-carehub-mail]");
if (form) runMail(form);

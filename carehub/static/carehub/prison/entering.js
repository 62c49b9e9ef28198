// What was ticked on paper, one key a line: a key that stands for something goes on to the next line by itself. Without
// this file each line is a field of one character, and Tab goes on.
const form = document.querySelector("[data-carehub-enter]");
const fields = [...(form?.querySelectorAll(".enter-key") ?? [])];

const goTo = (place) => {
  const field = fields[place];
  if (field) {
    field.focus();
    field.select();
  } else if (place >= fields.length) form.querySelector("button").focus();
};

for (const [place, field] of fields.entries()) {
  field.addEventListener("input", () => {
    field.value = field.value.toUpperCase();
    if (field.value && form.dataset.keys.includes(field.value)) goTo(place + 1);
  });
  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, Enter: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    goTo(place + step);
  });
}

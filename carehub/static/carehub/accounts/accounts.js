// Opening an account: a role that sees everything leaves nothing to choose row by row.
document.addEventListener("DOMContentLoaded", () => {
  const scope = document.querySelector("[data-carehub-scope]");
  const role = document.querySelector("select[name=role]");
  if (!scope || !role) return;
  const whole = scope.dataset.carehubScope.split(" ");
  const show = () => {
    const seesAll = whole.includes(role.value);
    scope.querySelector("[data-carehub-whole]").hidden = !seesAll;
    for (const rows of scope.querySelectorAll("[data-carehub-rows]")) rows.hidden = seesAll;
  };
  role.addEventListener("change", show);
  show();
});

// Parts of a page that ask again by themselves: with the tag of what they show, so that an unchanged one costs nothing.
const asksAgain = (part) => part instanceof Element && part.matches("[data-carehub-poll]");

const sayStale = (part, isStale) => {
  const notice = document.getElementById(`${part.id}-stale`);
  if (notice) notice.hidden = !isStale;
};

document.addEventListener("htmx:configRequest", (event) => {
  const part = event.detail.elt;
  const tag = asksAgain(part) && part.dataset.carehubTag;
  if (tag) event.detail.headers["If-None-Match"] = tag;
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if (asksAgain(event.detail.elt) && event.detail.xhr.status === 304) event.detail.shouldSwap = false;
});
document.addEventListener("htmx:afterRequest", (event) => {
  const part = event.detail.elt,
    answer = event.detail.xhr;
  if (!asksAgain(part) || ![200, 304].includes(answer.status)) return;
  const tag = answer.getResponseHeader("ETag");
  if (tag) part.dataset.carehubTag = tag;
  sayStale(part, false);
});
// On the way down: the page's own notice says "nothing was saved", and here nothing was to be saved.
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(
    name,
    (event) => {
      if (!asksAgain(event.target)) return;
      event.stopPropagation();
      sayStale(event.target, true);
    },
    true,
  );
}
document.addEventListener("htmx:responseError", (event) => {
  if (asksAgain(event.target) && event.detail.xhr.status >= 500) sayStale(event.target, true);
});

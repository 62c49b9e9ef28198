// Something that takes longer than a moment shows that it is under way: a line at the top of the page, and its button.
const MOMENT = 300;
const LONGEST = 10_000;
const page = document.documentElement;
const under = new Set();
let timer = 0;

const show = () => page.classList.toggle("carehub-waits", under.size > 0);
const begin = (what) => {
  under.add(what);
  clearTimeout(timer);
  timer = setTimeout(show, MOMENT);
};
const end = (what) => {
  under.delete(what);
  if (under.size) return;
  clearTimeout(timer);
  show();
};

// What a page asks by itself is nobody's wait.
const isWaitedFor = (event) => !("carehubPoll" in event.detail.elt.dataset);
document.addEventListener("htmx:beforeRequest", (event) => {
  if (isWaitedFor(event)) begin(event.detail.xhr);
});
for (const name of ["htmx:afterRequest", "htmx:sendError", "htmx:timeout", "htmx:abort"])
  document.addEventListener(name, (event) => end(event.detail.xhr));

// A form or a link that leads to another page: until that page is there. A file that is sent instead tells nothing.
const leave = () => {
  begin("page");
  setTimeout(() => end("page"), LONGEST);
};
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) leave();
});
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  const leads = link && !link.target && !link.hasAttribute("download") && link.origin === location.origin;
  const isPlain = !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.button;
  if (leads && isPlain && link.pathname + link.search !== location.pathname + location.search) leave();
});
window.addEventListener("pageshow", () => end("page"));

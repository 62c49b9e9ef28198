// A page on a shared terminal: out in one key, closed by itself when nobody is there, blind to somebody else's
// session. It keeps nothing in the browser; how long a session lives is the server's business, and is asked there.
import { SessionClock } from "./session_clock.js";

const page = document.body.dataset;
const notice = document.querySelector("[data-carehub-leaving]");
const signOut = document.querySelector("form[data-carehub-sign-out]");
const clock = new SessionClock({
  limit: Number(page.carehubLeft) * 1000,
  warn: Number(page.carehubWarn) * 1000,
  now: Date.now(),
});
let asking = false;

// A page of names asks by itself whether its session still stands: ended from anywhere, it is empty within ten seconds.
const OFTEN = 6000;
const holdsNames = page.carehubHome && document.documentElement.dataset.door === "prison";

// An asking that nobody answers, as over a cable that was pulled, ends: the next one may be heard.
const PATIENCE = 5000;

// What held the names stays, empty: an answer on its way still finds its place.
const empty = () => {
  for (const part of document.querySelector("main")?.children ?? []) part.replaceChildren();
};

// A form that is on its way, or came back with the promise that what was typed is still here: the page stands by it,
// and ends with its own clock.
let sending = 0;
const isPromised = () => sending > 0 || document.querySelector("[data-carehub-kept-here]") !== null;

const go = (address) => {
  // Whatever still has something to send empties the page itself, and leaves when it is done.
  const leave = new CustomEvent("carehub:leave", { cancelable: true, detail: { address } });
  if (!document.dispatchEvent(leave)) return;
  // The names go first: the next page may be slow to come.
  document.body.hidden = true;
  if (holdsNames) empty();
  window.location.replace(address);
};

// GET is this page's own curiosity and keeps nothing alive; POST says that somebody is there.
const ask = async (method) => {
  asking = true;
  try {
    const token = signOut?.querySelector("input[name=csrfmiddlewaretoken]")?.value;
    const headers = method === "POST" && token ? { "X-CSRFToken": token } : {};
    const signal = AbortSignal.timeout(PATIENCE);
    const answer = await fetch(page.carehubSession, { method, headers, cache: "no-store", signal });
    if (!answer.ok) throw new Error(String(answer.status));
    const { left, who } = await answer.json();
    if (left <= 0) return isPromised() ? undefined : go(page.carehubSignIn);
    if (who !== page.carehubWho) return go(page.carehubHome);
    clock.setLeft(left * 1000, Date.now());
  } catch {
    // The server is away: nothing is known, and the page's own clock goes on.
  } finally {
    asking = false;
  }
};

const stay = () => {
  clock.tell(Date.now());
  return ask("POST").then(look);
};

// Somebody types or touches: said to the server now and then, so that a long form does not end under their hands.
const somebody = () => {
  if (clock.isNews(Date.now()) && !asking) stay();
};

function look() {
  // Perhaps another tab has been in use: only the server knows.
  if (clock.isNear(Date.now()) && notice.hidden && !asking) ask("GET").then(show);
  else show();
  if (clock.isOver(Date.now()) && !asking) {
    ask("GET").then(() => {
      if (clock.isOver(Date.now())) go(page.carehubSignIn);
    });
  }
}

function show() {
  const isNear = clock.isNear(Date.now());
  const left = Math.max(0, clock.secondsLeft(Date.now()));
  if (isNear) notice.querySelector("[data-carehub-count]").textContent = String(left);
  if (isNear === !notice.hidden) return;
  notice.hidden = !isNear;
  if (isNear) notice.querySelector("[data-carehub-stay]").focus({ preventScroll: true });
}

document.addEventListener("keydown", (event) => {
  if (event.key === "F8" && signOut) {
    event.preventDefault();
    document.body.hidden = true;
    signOut.requestSubmit();
    return;
  }
  somebody();
});
for (const hand of ["pointerdown", "wheel", "input"]) document.addEventListener(hand, somebody, { passive: true });
notice.querySelector("[data-carehub-stay]").addEventListener("click", stay);

// Every request says for whom this page was shown; the server refuses it once somebody else has signed in.
document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["CareHub-Who"] = page.carehubWho;
  // An element that asks again and again by itself is no sign of life.
  if (event.detail.verb === "get" && "carehubPoll" in event.detail.elt.dataset)
    event.detail.headers["CareHub-Background"] = "1";
});
document.addEventListener("htmx:beforeSend", (event) => {
  if (event.detail.requestConfig.verb !== "get") sending += 1;
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.requestConfig && event.detail.requestConfig.verb !== "get") sending = Math.max(0, sending - 1);
  if (!("CareHub-Background" in (event.detail.requestConfig?.headers ?? {})) && event.detail.successful) {
    clock.heard(Date.now());
  }
});
// What the page asked by itself was refused because nobody is signed in any more.
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status === 401 && !asking) ask("GET");
});
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (form.method !== "post" || form.querySelector("input[name=carehub_who]")) return;
    form.append(
      Object.assign(document.createElement("input"), { type: "hidden", name: "carehub_who", value: page.carehubWho }),
    );
  },
  true,
);

// Seen again after another tab, after sleep, or through the Back button: whose session is it now?
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) ask("GET").then(look);
});
window.addEventListener("focus", () => ask("GET").then(look));
window.addEventListener("pageshow", (event) => {
  if (event.persisted) {
    document.body.hidden = true;
    window.location.reload();
  }
});
window.setInterval(look, 1000);
if (holdsNames) {
  window.setInterval(() => {
    if (!asking) ask("GET");
  }, OFTEN);
}

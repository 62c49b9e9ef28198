// A page on a shared terminal: out in one key, closed by itself when nobody is there, blind to another person's session.
// It keeps nothing in the browser; how long a session lives is the server's business, and is asked there.
"use strict";

(function () {
  const page = document.body.dataset;
  const notice = document.querySelector("[data-carehub-leaving]");
  const signOut = document.querySelector("form[data-carehub-sign-out]");
  const limit = Number(page.carehubLeft);
  let ends = Date.now() + limit * 1000; // when the session ends if nobody touches it, as far as this page knows
  let told = Date.now(); // when the server last heard of a hand on this page
  let asking = false;

  const go = (address) => {
    // The names go first: the next page may be slow to come.
    document.body.hidden = true;
    window.location.replace(address);
  };

  // GET is this page's own curiosity and keeps nothing alive; POST says that somebody is there.
  const ask = async (method) => {
    asking = true;
    try {
      const token = signOut?.querySelector("input[name=csrfmiddlewaretoken]")?.value;
      const headers = method === "POST" && token ? { "X-CSRFToken": token } : {};
      const answer = await fetch(page.carehubSession, { method, headers, cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      const { left, who } = await answer.json();
      if (left <= 0) return go(page.carehubSignIn);
      if (who !== page.carehubWho) return go(page.carehubHome);
      ends = Date.now() + left * 1000;
    } catch {
      // The server is away: nothing is known, and the page's own clock goes on.
    } finally {
      asking = false;
    }
  };

  const stay = () => {
    told = Date.now();
    return ask("POST").then(look);
  };

  // Somebody types or touches: said to the server now and then, so that a long form does not end under their hands.
  const somebody = () => {
    if (Date.now() - told > Math.min(60, limit / 5) * 1000 && !asking) stay();
  };

  function look() {
    const left = Math.ceil((ends - Date.now()) / 1000);
    const near = left <= Number(page.carehubWarn);
    if (near && notice.hidden && !asking) {
      // Perhaps another tab has been in use: only the server knows.
      ask("GET").then(() => show(Math.ceil((ends - Date.now()) / 1000)));
    } else {
      show(left);
    }
    if (left <= 0 && !asking) ask("GET").then(() => { if (ends <= Date.now()) go(page.carehubSignIn); });
  }

  function show(left) {
    const near = left <= Number(page.carehubWarn);
    if (near) notice.querySelector("[data-carehub-count]").textContent = String(Math.max(0, left));
    if (near === !notice.hidden) return;
    notice.hidden = !near;
    if (near) notice.querySelector("[data-carehub-stay]").focus({ preventScroll: true });
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
    if (event.detail.verb === "get" && "carehubPoll" in event.detail.elt.dataset) event.detail.headers["CareHub-Background"] = "1";
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!("CareHub-Background" in (event.detail.requestConfig?.headers ?? {})) && event.detail.successful) {
      told = Date.now();
      ends = Date.now() + limit * 1000;
    }
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.querySelector("input[name=carehub_who]")) return;
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "carehub_who", value: page.carehubWho }));
  }, true);

  // Seen again after another tab, after sleep, or through the Back button: whose session is it now?
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask("GET").then(look); });
  window.addEventListener("focus", () => ask("GET").then(look));
  window.addEventListener("pageshow", (event) => { if (event.persisted) { document.body.hidden = true; window.location.reload(); } });
  window.setInterval(look, 1000);
})();

// Taps on a line: sent without leaving the page, kept in memory and sent again when the server does not answer, never
// lost without a word. Without this file each button sends the page's form, and everything works too.
"use strict";

(function () {
  const form = document.getElementById("taps");
  if (!form) return;
  const SLOWEST = 15000, PATIENCE = 10000;
  const waiting = new Map(); // key of a line -> its taps that the server has not recorded yet, oldest first
  const door = document.documentElement.dataset.door;
  let delay = 500, timer = null, sending = false;

  const cell = (key) => document.querySelector(`[data-carehub-line="${key}"]`);
  const token = () => document.cookie.split("; ").map((part) => part.split("="))
    .find(([name]) => name === `carehub_${door}_csrf`)?.[1] ?? form.elements.csrfmiddlewaretoken.value;

  const say = (key, sentence) => {
    const place = cell(key)?.querySelector("[data-carehub-said]");
    if (!place) return;
    const taps = (waiting.get(key) || []).map((tap) => `“${tap.label}”`).join(", ");
    place.textContent = sentence && taps ? `${taps}: ${sentence}` : sentence;
    cell(key).classList.toggle("standing-waits", waiting.has(key));
  };

  const drop = (key, sentence) => { waiting.delete(key); say(key, sentence); };

  const show = (key, html) => {
    const old = cell(key);
    if (!old) return;
    const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
    const made = document.createElement("template");
    made.innerHTML = html;
    old.replaceWith(made.content);
    if (focused) (document.getElementById(focused) || cell(key)?.querySelector(".btn-tap"))?.focus();
  };

  const post = async (tap) => {
    const body = new URLSearchParams({
      next: form.elements.next.value, who: form.elements.who.value, tap: `${tap.seen}>${tap.to}`,
    });
    return fetch(tap.action, {
      method: "POST", body, redirect: "manual", signal: AbortSignal.timeout(PATIENCE),
      headers: { "HX-Request": "true", "X-CSRFToken": token() },
    });
  };

  // What the server's answer means for the line; true when the tap is to be sent again.
  const settle = async (key, answer) => {
    if (answer.status === 200) {
      waiting.get(key).shift();
      if (!waiting.get(key).length) waiting.delete(key);
      show(key, await answer.text());
      if (waiting.has(key)) say(key, form.dataset.waiting);
    } else if (answer.status === 422) {
      waiting.delete(key);
      show(key, await answer.text());
    } else if (answer.status === 404) drop(key, form.dataset.gone);
    else if (answer.status === 400) drop(key, form.dataset.broken);
    else if (answer.status >= 500) return say(key, form.dataset.waiting), true;
    else return say(key, form.dataset.signedOut), true;
    return false;
  };

  const send = async () => {
    if (sending) return;
    sending = true;
    clearTimeout(timer);
    let again = false;
    for (const key of [...waiting.keys()]) {
      let stopped = false;
      while (waiting.has(key) && !stopped) {
        try {
          stopped = await settle(key, await post(waiting.get(key)[0]));
        } catch {
          say(key, form.dataset.waiting);
          stopped = true;
        }
      }
      again ||= stopped;
    }
    sending = false;
    delay = again ? Math.min(delay * 2, SLOWEST) : 500;
    if (again || waiting.size) timer = setTimeout(send, delay);
    else document.getElementById("board")?.dispatchEvent(new CustomEvent("carehub:again"));
  };

  const dialog = document.getElementById("impede");
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button?.value) return;
    event.preventDefault();
    dialog?.close();
    const action = button.formAction, key = action.split("/").pop();
    const taps = waiting.get(key) || [];
    const [seen, to] = button.value.split(">");
    taps.push({ action, to, seen: taps.at(-1)?.to ?? seen, label: button.textContent.trim() });
    waiting.set(key, taps);
    cell(key)?.classList.add("standing-waits");
    delay = 500;
    send();
  });

  // The impediment sheet opens over the list, which may be read anew under it: the focus goes back to what stands there.
  let opener = "";
  dialog?.addEventListener("close", () => document.getElementById(opener)?.focus());
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-carehub-impede]");
    if (link && dialog) {
      event.preventDefault();
      const line = link.closest("[data-carehub-line]");
      for (const button of dialog.querySelectorAll("[data-carehub-to]")) {
        button.formAction = `/line/${line.dataset.carehubLine}`;
        button.value = link.dataset.carehubImpede + button.dataset.carehubTo;
      }
      const alert = dialog.querySelector("[data-carehub-alert]");
      alert.search = new URLSearchParams({ line: line.dataset.carehubLine });
      opener = link.id;
      dialog.querySelector("[data-carehub-who]").textContent = link.parentElement.getAttribute("aria-label");
      dialog.showModal();
    } else if (event.target.closest("[data-carehub-close]")) dialog?.close();
  });

  // Up and down go to the same button of the next line.
  document.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const button = step && event.target.closest?.(".btn-tap");
    if (!button) return;
    const lines = [...document.querySelectorAll("[data-carehub-line]")];
    const next = lines[lines.indexOf(button.closest("[data-carehub-line]")) + step];
    if (!next) return;
    event.preventDefault();
    (next.querySelector(`[data-carehub-step="${button.dataset.carehubStep}"]`) || next.querySelector(".btn-tap"))?.focus();
  });

  // The board was read anew: what still waits says so again.
  document.addEventListener("htmx:afterSwap", () => {
    for (const key of waiting.keys()) say(key, form.dataset.waiting);
  });
  window.addEventListener("online", send);
  window.addEventListener("beforeunload", (event) => { if (waiting.size) event.preventDefault(); });
})();

// Taps on a line: sent without leaving the page, and sent again when the server does not answer. Without this file
// each button sends the page's form, and everything works too.
import { token } from "../base/cookies.js";
import { impedimentSheet } from "./impede.js";
import { delayAfter, meaningOf, Taps } from "./taps.js";

const PATIENCE = 10_000;
// How long what was said of a tap stays, though the lines are read anew under it.
const SAID_FOR = 20_000;

const cellOf = (key) => document.querySelector(`[data-carehub-line="${key}"]`);

const run = (form) => {
  const taps = new Taps();
  const said = new Map();
  const sheet = impedimentSheet();
  let delay = delayAfter(0, false);
  let timer = null;
  let isSending = false;
  // Where this page goes once nothing waits any more: its session has ended, and it shows nobody.
  let next = "";

  const say = (key, sentence) => {
    const cell = cellOf(key);
    const place = cell?.querySelector("[data-carehub-said]");
    if (!place) return;
    place.textContent = taps.has(key) && sentence ? `${taps.words(key)}: ${sentence}` : sentence;
    cell.classList.toggle("standing-waits", taps.has(key));
  };

  const remember = (key) => {
    const words = cellOf(key)?.querySelector("[data-carehub-said]")?.textContent.trim();
    if (words) said.set(key, { words, until: Date.now() + SAID_FOR });
    else said.delete(key);
  };

  const drop = (key, sentence) => {
    taps.drop(key);
    say(key, sentence);
  };

  // The keyboard stays on its button; where that one is gone, it goes on from the line's first.
  const show = (key, html) => {
    const old = cellOf(key);
    if (!old) return;
    const isHeld = old.contains(document.activeElement);
    Idiomorph.morph(old, html, { morphStyle: "outerHTML" });
    const cell = cellOf(key);
    if (isHeld && !cell?.contains(document.activeElement)) cell?.querySelector(".btn-tap")?.focus();
  };

  const post = (tap) =>
    fetch(tap.action, {
      method: "POST",
      body: new URLSearchParams({
        next: form.elements.next.value,
        who: form.elements.who.value,
        tap: `${tap.seen}>${tap.to}`,
      }),
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
      headers: { "HX-Request": "true", "X-CSRFToken": token() ?? form.elements.csrfmiddlewaretoken.value },
    });

  // What the server's answer means for the line; true when the tap is to be sent again.
  const settle = async (key, answer) => {
    const meaning = meaningOf(answer.status);
    if (meaning === "recorded") {
      taps.settle(key);
      show(key, await answer.text());
      remember(key);
      if (taps.has(key)) say(key, form.dataset.waiting);
    } else if (meaning === "refused") {
      taps.drop(key);
      show(key, await answer.text());
      remember(key);
    } else if (meaning === "gone" || meaning === "broken") drop(key, form.dataset[meaning]);
    else {
      say(key, form.dataset[meaning]);
      return true;
    }
    return false;
  };

  const sendLine = async (key) => {
    let isStopped = false;
    while (taps.has(key) && !isStopped) {
      try {
        isStopped = await settle(key, await post(taps.next(key)));
      } catch {
        say(key, form.dataset.waiting);
        isStopped = true;
      }
    }
    return isStopped;
  };

  const send = async () => {
    if (isSending) return;
    isSending = true;
    clearTimeout(timer);
    let isAgain = false;
    for (const key of taps.keys()) isAgain = (await sendLine(key)) || isAgain;
    isSending = false;
    delay = delayAfter(delay, isAgain);
    if (isAgain || taps.size) timer = setTimeout(send, delay);
    else if (next) window.location.replace(next);
    else document.querySelector("[data-carehub-poll]")?.dispatchEvent(new CustomEvent("carehub:again"));
  };

  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button?.value) return;
    event.preventDefault();
    sheet?.close();
    const action = button.formAction;
    const key = action.split("/").pop();
    const [seen, to] = button.value.split(">");
    taps.add(key, { action, seen, to, label: button.textContent.trim() });
    cellOf(key)?.classList.add("standing-waits");
    delay = delayAfter(0, false);
    send();
  });

  // The lines were read anew: what was said a moment ago, and what still waits, says so again.
  document.addEventListener("htmx:afterSwap", () => {
    for (const [key, { words, until }] of said) {
      if (until > Date.now()) say(key, words);
      else said.delete(key);
    }
    for (const key of taps.keys()) say(key, form.dataset.waiting);
  });
  // No name stays for the next one at the terminal; the taps, which hold none, wait for the officer to sign in again.
  document.addEventListener("carehub:leave", (event) => {
    if (!taps.size) return;
    event.preventDefault();
    if (next) return;
    next = event.detail.address;
    const words = Object.assign(document.createElement("p"), {
      className: "notice notice-error",
      textContent: form.dataset.left,
    });
    document.querySelector("main").replaceChildren(words);
  });
  window.addEventListener("online", send);
  window.addEventListener("beforeunload", (event) => {
    if (taps.size) event.preventDefault();
  });
};

// Up and down go to the same button of the next line.
document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const button = step && event.target.closest?.(".btn-tap");
  if (!button) return;
  const lines = [...document.querySelectorAll("[data-carehub-line]")].filter((line) => line.offsetParent);
  const next = lines[lines.indexOf(button.closest("[data-carehub-line]")) + step];
  if (!next) return;
  event.preventDefault();
  const seen = [...next.querySelectorAll(".btn-tap")].filter((each) => each.offsetParent);
  (seen.find((each) => each.dataset.carehubStep === button.dataset.carehubStep) ?? seen[0])?.focus();
});

const form = document.getElementById("taps");
if (form) run(form);

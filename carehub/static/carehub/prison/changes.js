// Says in words and in the title what changed on an open list or board; the board also by a sound, when it is switched
// on. The words stay until somebody has seen them. Without this file the lines change all the same.
import { differences, titleOf } from "./differences.js";

const SHOWN = 4;
const plainTitle = document.title;

const linesOf = (part) =>
  new Map(
    [...part.querySelectorAll("[data-carehub-row]")].map((row) => {
      const standing = row.querySelector("[data-carehub-line]");
      return [
        row.dataset.carehubRow,
        {
          words: row.dataset.carehubRowWords,
          mark: row.dataset.carehubRowMark,
          state: standing?.dataset.carehubState,
          waits: standing?.classList.contains("standing-waits") ?? false,
        },
      ];
    }),
  );

// What asks for an ear: frozen movements, answers to alerts, how many are late.
const signsOf = (part) => ({
  lines: linesOf(part),
  isFrozen: part.querySelector(".frozen") !== null,
  news: new Set([...part.querySelectorAll("[data-carehub-news]")].map((each) => each.dataset.carehubNews)),
  badge: Number(part.querySelector("[data-carehub-badge]")?.dataset.carehubBadge ?? 0),
});

const beep = (context) => {
  const tone = context.createOscillator();
  const loudness = context.createGain();
  tone.frequency.value = 880;
  loudness.gain.setValueAtTime(0.2, context.currentTime);
  loudness.gain.exponentialRampToValueAtTime(0.001, context.currentTime + 0.4);
  tone.connect(loudness).connect(context.destination);
  tone.start();
  tone.stop(context.currentTime + 0.4);
};

const watch = (part, band) => {
  const unseen = new Map();
  let signs = signsOf(part);
  let sound = null;

  const show = () => {
    band.hidden = unseen.size === 0;
    const words = [...unseen.values()]
      .slice(-SHOWN)
      .map(({ words, what }) => `${words}${band.dataset.colon} ${band.dataset[what]}`);
    if (unseen.size > SHOWN) words.push(band.dataset.more);
    band.querySelector("[data-carehub-changed-words]").textContent = words.join(" · ");
    for (const row of part.querySelectorAll("[data-carehub-row]"))
      row.classList.toggle("line-changed", unseen.has(row.dataset.carehubRow));
    document.title = titleOf(plainTitle, { badge: signs.badge, hasNews: unseen.size > 0, isFrozen: signs.isFrozen });
  };

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target === part) signs = signsOf(part);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== part) return;
    const before = signs;
    signs = signsOf(part);
    const changed = differences(before.lines, signs.lines, { isFiltered: "carehubFiltered" in part.dataset });
    for (const [key, change] of changed) {
      unseen.delete(key);
      unseen.set(key, change);
    }
    const isLoud =
      [...changed.values()].some(({ what }) => what !== "noted") ||
      (signs.isFrozen && !before.isFrozen) ||
      signs.badge > before.badge ||
      [...signs.news].some((each) => !before.news.has(each));
    if (sound && isLoud) beep(sound);
    show();
  });
  band.querySelector("[data-carehub-changed-seen]").addEventListener("click", () => {
    unseen.clear();
    show();
    part.querySelector("a, button")?.focus({ preventScroll: true });
  });

  const button = document.querySelector("[data-carehub-sound]");
  if (button) {
    button.hidden = false;
    button.addEventListener("click", () => {
      if (sound) sound.close();
      sound = sound ? null : new AudioContext();
      button.setAttribute("aria-pressed", String(sound !== null));
      if (sound) beep(sound);
    });
  }
  show();
};

// What somebody unfolded stays unfolded when the lines are read anew.
if (globalThis.Idiomorph)
  Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) => !(name === "open" && node.matches("details"));

const band = document.querySelector("[data-carehub-changed]");
const part = document.querySelector("[data-carehub-poll]");
if (band && part) watch(part, band);

// A choice shows at once; without this file a button sends it.
for (const choice of document.querySelectorAll("[data-carehub-at-once]")) {
  choice.addEventListener("change", () => choice.form.requestSubmit());
}

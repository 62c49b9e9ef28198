// An urgent alert: in the title of the page while it waits, and heard where somebody wanted it heard.
const AGAIN = 10_000;
const band = document.getElementById("urgent");
const title = document.title;
let timer = 0;
let told = "";

/** Two short tones, made here: no file. A browser may refuse them until somebody has touched the page. */
const ring = () => {
  const context = new AudioContext();
  for (const [number, pitch] of [880, 660].entries()) {
    const tone = context.createOscillator();
    const at = context.currentTime + number * 0.25;
    tone.frequency.value = pitch;
    tone.connect(context.destination);
    tone.start(at);
    tone.stop(at + 0.2);
  }
  setTimeout(() => context.close(), 1000);
};

const tell = () => {
  const waits = band.querySelector("[data-carehub-urgent]");
  // Other parts of the page come with the same answer: an alert that was told is not told once more.
  const said = waits ? waits.outerHTML : "";
  if (said === told) return;
  told = said;
  document.title = waits ? `▲ (${waits.dataset.carehubUrgent}) ${title}` : title;
  clearInterval(timer);
  if (!waits || !("carehubSound" in waits.dataset)) return;
  ring();
  timer = setInterval(ring, AGAIN);
};

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target === band) tell();
});

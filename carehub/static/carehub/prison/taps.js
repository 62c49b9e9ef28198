// Taps that the server has not recorded yet, line by line, oldest first; never lost without a word. Kept in memory
// alone: a shared terminal keeps nothing.

const FIRST_DELAY = 500;
const SLOWEST = 15_000;

export class Taps {
  lines = new Map();

  get size() {
    return this.lines.size;
  }

  keys() {
    return [...this.lines.keys()];
  }

  has(key) {
    return this.lines.has(key);
  }

  next(key) {
    return this.lines.get(key)?.[0];
  }

  /** A second tap follows from what the first one will have made of the line, not from what still stands there. */
  add(key, { action, label, seen, to }) {
    const waiting = this.lines.get(key) ?? [];
    waiting.push({ action, label, to, seen: waiting.at(-1)?.to ?? seen });
    this.lines.set(key, waiting);
  }

  /** The oldest tap of the line is recorded. */
  settle(key) {
    const waiting = this.lines.get(key);
    waiting.shift();
    if (!waiting.length) this.drop(key);
  }

  drop(key) {
    this.lines.delete(key);
  }

  /** The words on the buttons that wait: “Left”, “Arrived”. */
  words(key) {
    return (this.lines.get(key) ?? []).map((tap) => `“${tap.label}”`).join(", ");
  }
}

/** What the server's answer means for a tap; the words are the names of the sentences on the page. */
export const meaningOf = (status) => {
  if (status === 200) return "recorded";
  if (status === 422) return "refused";
  if (status === 404) return "gone";
  if (status === 400) return "broken";
  return status >= 500 ? "waiting" : "signedOut";
};

/** How long to wait before sending again: longer each time that it did not work. */
export const delayAfter = (delay, failed) => (failed ? Math.min(delay * 2, SLOWEST) : FIRST_DELAY);

// What a pressed key means before anybody acts on it. Knows no page.

const TEXT =
  "input:not([type=radio], [type=checkbox], [type=submit], [type=button]), select, textarea, [contenteditable]";

/** Whether the key belongs to a field, to the browser or to the system. */
export const isTyping = (event) =>
  event.ctrlKey || event.metaKey || event.altKey || event.isComposing || Boolean(event.target?.closest?.(TEXT));

/** One key that waits for a second one, for a while. */
export class Sequence {
  constructor({ first, milliseconds, now }) {
    this.first = first;
    this.milliseconds = milliseconds;
    this.now = now;
    this.began = null;
  }

  /** Tells whether `key` begins the sequence, or which letter ends it. */
  press(key) {
    const isWaiting = this.began !== null && this.now() - this.began <= this.milliseconds;
    this.began = null;
    if (isWaiting && key.length === 1) return { isFirst: false, letter: key };
    if (key === this.first) {
      this.began = this.now();
      return { isFirst: true, letter: null };
    }
    return { isFirst: false, letter: null };
  }
}

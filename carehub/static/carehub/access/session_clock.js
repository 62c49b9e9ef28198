// How long a session still lives, as far as a page knows. In milliseconds; the clock is given.

const OFTENEST = 60_000;

export class SessionClock {
  /** A session that ends after `limit` without a hand, and says so for the last `warn`. */
  constructor({ limit, warn, now }) {
    this.limit = limit;
    this.warn = warn;
    this.heard(now);
  }

  /** The server is being told of a hand on this page. */
  tell(now) {
    this.told = now;
  }

  /** The server has heard of a hand on this page. */
  heard(now) {
    this.tell(now);
    this.ends = now + this.limit;
  }

  /** The server says how much is left. */
  setLeft(milliseconds, now) {
    this.ends = now + milliseconds;
  }

  secondsLeft(now) {
    return Math.ceil((this.ends - now) / 1000);
  }

  isNear(now) {
    return this.secondsLeft(now) <= this.warn / 1000;
  }

  isOver(now) {
    return this.ends <= now;
  }

  /** Whether a hand on this page is news for the server: often enough for a long form, not at each key. */
  isNews(now) {
    return now - this.told > Math.min(OFTENEST, this.limit / 5);
  }
}

// The appointment in hand, whoever carries it: a mouse, a finger or the keyboard.
import { requestFor } from "./request.js";
import { filled, nameOf, question } from "./sentences.js";

const PLACE = "[data-carehub-slot], [data-carehub-move]";

export class Carried {
  card = null;
  over = null;

  constructor(table, sentences, said) {
    this.table = table;
    this.sentences = sentences;
    this.said = said;
  }

  say(words) {
    this.said.textContent = words;
  }

  /** Every place that can be seen and is not the card itself, in the order of the page. */
  places() {
    return [...this.table.querySelectorAll(PLACE)].filter((each) => each !== this.card && each.getClientRects().length);
  }

  /** The place of which `element` is a part, if any. */
  placeAt(element) {
    const found = element?.closest?.(PLACE);
    return found && found !== this.card && this.table.contains(found) ? found : null;
  }

  pick(card) {
    this.card = card;
    card.classList.add("moving-picked");
    document.body.classList.add("moving-on");
    this.say(filled(this.sentences.picked, nameOf(card)));
  }

  mark(place) {
    this.over?.classList.remove("moving-over");
    this.over = place;
    this.over?.classList.add("moving-over");
  }

  ask(place) {
    this.say(question(this.sentences, place));
  }

  /** Let go without doing anything; returns what was in hand. */
  release() {
    const card = this.card;
    this.mark(null);
    card?.classList.remove("moving-picked");
    document.body.classList.remove("moving-on");
    this.card = null;
    return card;
  }

  leave() {
    const card = this.release();
    this.say(this.sentences.left);
    return card;
  }

  drop(place) {
    const card = this.release();
    const { address, values } = requestFor(card.dataset, place.dataset);
    htmx.ajax("POST", address, { source: card, target: "#panel", values });
  }
}

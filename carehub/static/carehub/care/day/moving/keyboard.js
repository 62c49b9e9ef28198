// The keyboard: M picks up, arrows and Tab choose, Enter puts down, Escape leaves.
import { neighbour } from "./places.js";

/** Where an element is seen, as numbers. */
const seen = (element, order) => ({
  element,
  order,
  column: Math.round(element.closest(".agenda-column, td").getBoundingClientRect().left),
  at: element.getBoundingClientRect().top,
});

const nextOf = (carried, from, key) => {
  const elements = carried.table.querySelectorAll("[data-carehub-slot], [data-carehub-move]");
  const order = new Map([...elements].map((element, index) => [element, index]));
  const places = carried.places().filter((element) => element !== from);
  const all = places.map((element) => seen(element, order.get(element)));
  return neighbour(seen(from, order.get(from)), all, key)?.element;
};

/** `pointer` tells whether a mouse or a finger is at work, and forgets it. */
export const carryByKeyboard = (carried, pointer) => {
  const { table, sentences } = carried;

  const leave = () => {
    pointer.forget();
    return carried.leave();
  };

  const go = (from, key) => {
    const place = nextOf(carried, from, key);
    if (place) place.focus();
    else carried.say(sentences.nowhere);
  };

  const press = (event, at) => {
    if (event.key.startsWith("Arrow")) go(at, event.key);
    else if (event.key === "Enter") {
      if (carried.placeAt(at)) {
        pointer.forget();
        carried.drop(at);
      }
    } else if (event.key === "Escape") {
      event.stopPropagation();
      const card = leave();
      card.focus();
    } else return;
    event.preventDefault();
  };

  table.addEventListener("keydown", (event) => {
    const at = event.target.closest("[data-carehub-slot], [data-carehub-move]");
    if (!at || event.ctrlKey || event.metaKey || event.altKey) return;
    if (carried.card) press(event, at);
    else if (event.key.toLowerCase() === "m" && at.dataset.carehubMove) {
      event.preventDefault();
      carried.pick(at);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (carried.card && event.key === "Escape") leave();
  });
  table.addEventListener("focusin", (event) => {
    if (!carried.card || pointer.isCarrying()) return;
    const place = carried.placeAt(event.target);
    carried.mark(place);
    if (place) carried.ask(place);
  });
};

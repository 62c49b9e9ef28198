// The mouse and the finger: a finger that rests picks up, one that wanders scrolls.
import { nameOf } from "./sentences.js";

const HOLD = 450;
const FAR = 6;

export const carryByPointer = (carried) => {
  const { table } = carried;
  const frame = table.closest(".agenda-wrap");
  let start = null;
  let timer = 0;
  let ghost = null;
  let dragged = false;

  const showGhost = () => {
    ghost = Object.assign(document.createElement("div"), {
      className: "moving-ghost",
      textContent: nameOf(carried.card),
    });
    ghost.setAttribute("aria-hidden", "true");
    document.body.append(ghost);
  };

  const scrollNearEdge = (y) => {
    const box = frame.getBoundingClientRect();
    if (y < box.top + 60) frame.scrollBy(0, -12);
    if (y > box.bottom - 40) frame.scrollBy(0, 12);
  };

  const follow = (event) => {
    if (!ghost) showGhost();
    ghost.style.transform = `translate(${event.clientX + 12}px, ${event.clientY + 12}px)`;
    carried.mark(carried.placeAt(document.elementFromPoint(event.clientX, event.clientY)));
    scrollNearEdge(event.clientY);
  };

  const forget = () => {
    clearTimeout(timer);
    ghost?.remove();
    start = ghost = null;
  };

  const pick = () => {
    dragged = true;
    carried.pick(start.card);
  };

  table.addEventListener("pointerdown", (event) => {
    const card = event.target.closest("[data-carehub-move]");
    if (!card || event.button || carried.card) return;
    start = { card, x: event.clientX, y: event.clientY };
    dragged = false;
    if (event.pointerType === "mouse") return;
    timer = setTimeout(() => {
      if (!start) return;
      pick();
      follow(event);
    }, HOLD);
  });
  document.addEventListener("pointermove", (event) => {
    if (!start) return;
    const moved = Math.hypot(event.clientX - start.x, event.clientY - start.y) > FAR;
    if (!carried.card && moved) {
      if (event.pointerType !== "mouse") return forget();
      pick();
    }
    if (carried.card) follow(event);
  });
  document.addEventListener("pointerup", () => {
    const place = carried.over;
    const isCarrying = carried.card && start;
    forget();
    if (!isCarrying) return;
    if (place) carried.drop(place);
    else carried.leave();
  });
  document.addEventListener("pointercancel", () => {
    if (start) carried.release();
    forget();
  });

  const stopWhile = (condition) => (event) => {
    if (condition(event)) event.preventDefault();
  };
  const isCard = (event) => event.target.closest("[data-carehub-move]");
  // While a finger carries a card the page stands still.
  document.addEventListener(
    "touchmove",
    stopWhile(() => carried.card && start),
    { passive: false },
  );
  table.addEventListener(
    "contextmenu",
    stopWhile((event) => start && dragged && isCard(event)),
  );
  table.addEventListener("dragstart", stopWhile(isCard));
  // The click that ends a drag opens nothing.
  table.addEventListener(
    "click",
    (event) => {
      if (!dragged) return;
      dragged = false;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );

  return { isCarrying: () => Boolean(start), forget };
};

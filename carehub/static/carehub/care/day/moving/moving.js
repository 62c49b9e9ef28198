// Moves an appointment of the day by mouse, finger or keyboard. It sends what the form on the appointment's page
// sends, to the same address: the same rules, the same sentences. Without it that form remains.
"use strict";

(function () {
  const help = document.querySelector("[data-carehub-moving]"), said = document.getElementById("moving-said");
  const table = document.querySelector(".agenda");
  if (!help || !table || !document.querySelector("[data-carehub-move]")) return;
  help.hidden = false;

  const HOLD = 450, FAR = 6; // a finger that rests picks up, one that wanders scrolls
  let picked = null, ghost = null, start = null, timer = 0, over = null, dragged = false;

  const targets = () => [...table.querySelectorAll("[data-carehub-slot], [data-carehub-move]")].filter((each) => each !== picked && each.getClientRects().length);
  const target = (element) => { const found = element?.closest?.("[data-carehub-slot], [data-carehub-move]"); return found && found !== picked && table.contains(found) ? found : null; };
  const name = (card) => `${card.querySelector(".card-time").textContent} ${card.querySelector(".card-name").textContent}`;
  const label = (place) => place.dataset.carehubSlot ? help.dataset.overSlot.replace("{}", place.dataset.carehubAt || place.textContent.trim()) : help.dataset.overCard.replace("{}", name(place));
  const say = (words) => { said.textContent = words; };

  const mark = (place) => {
    over?.classList.remove("moving-over");
    over = place;
    over?.classList.add("moving-over");
  };

  const pick = (card) => {
    picked = card;
    card.classList.add("moving-picked");
    document.body.classList.add("moving-on");
    say(help.dataset.picked.replace("{}", name(card)));
  };

  const leave = () => {
    clearTimeout(timer);
    mark(null);
    picked?.classList.remove("moving-picked");
    document.body.classList.remove("moving-on");
    ghost?.remove();
    picked = ghost = start = null;
  };

  const drop = (place) => {
    const card = picked, { carehubMove, carehubSwap, carehubRevision } = card.dataset;
    leave();
    if (place.dataset.carehubSlot) {
      htmx.ajax("POST", carehubMove, { source: card, target: "#panel", values: { "move-revision": carehubRevision, slot: place.dataset.carehubSlot } });
    } else {
      const { carehubKey, carehubRevision: revision } = place.dataset;
      htmx.ajax("POST", carehubSwap, { source: card, target: "#panel", values: { revision: carehubRevision, other: `${carehubKey}|${revision}` } });
    }
  };

  // The mouse and the finger.
  const follow = (event) => {
    if (!ghost) {
      ghost = Object.assign(document.createElement("div"), { className: "moving-ghost", textContent: name(picked) });
      ghost.setAttribute("aria-hidden", "true");
      document.body.append(ghost);
    }
    ghost.style.transform = `translate(${event.clientX + 12}px, ${event.clientY + 12}px)`;
    mark(target(document.elementFromPoint(event.clientX, event.clientY)));
    const frame = table.closest(".agenda-wrap"), box = frame.getBoundingClientRect();
    if (event.clientY < box.top + 60) frame.scrollBy(0, -12);
    if (event.clientY > box.bottom - 40) frame.scrollBy(0, 12);
  };
  table.addEventListener("pointerdown", (event) => {
    const card = event.target.closest("[data-carehub-move]");
    if (!card || event.button || picked) return;
    start = { card, x: event.clientX, y: event.clientY };
    dragged = false;
    if (event.pointerType !== "mouse") timer = setTimeout(() => { if (start) { dragged = true; pick(card); follow(event); } }, HOLD);
  });
  document.addEventListener("pointermove", (event) => {
    if (!start) return;
    const moved = Math.hypot(event.clientX - start.x, event.clientY - start.y) > FAR;
    if (!picked && moved && event.pointerType !== "mouse") { clearTimeout(timer); start = null; return; }
    if (!picked && moved) { dragged = true; pick(start.card); }
    if (picked) follow(event);
  });
  document.addEventListener("pointerup", () => {
    clearTimeout(timer);
    if (!picked || !start) { start = null; return; }
    if (over) return drop(over);
    leave();
    say(help.dataset.left);
  });
  document.addEventListener("pointercancel", () => { if (start) leave(); });
  // While a finger carries a card the page stands still.
  document.addEventListener("touchmove", (event) => { if (picked && start) event.preventDefault(); }, { passive: false });
  table.addEventListener("contextmenu", (event) => { if (start && event.target.closest("[data-carehub-move]") && dragged) event.preventDefault(); });
  table.addEventListener("dragstart", (event) => { if (event.target.closest("[data-carehub-move]")) event.preventDefault(); });
  // The click that ends a drag opens nothing.
  table.addEventListener("click", (event) => {
    if (!dragged) return;
    dragged = false;
    event.preventDefault();
    event.stopPropagation();
  }, true);

  // The keyboard: M picks up, arrows and Tab choose, Enter puts down, Escape leaves.
  // By what is seen: a cell that spans several rows stands in none of the later ones.
  const place = (element) => {
    const cell = element.closest("td").getBoundingClientRect(), box = element.getBoundingClientRect();
    return { column: Math.round(cell.left), at: box.top };
  };
  const next = (from, key) => {
    const here = place(from), all = targets().map((element) => ({ element, ...place(element) })).filter(({ element }) => element !== from);
    const nearest = (some, far) => some.sort((a, b) => far(a) - far(b))[0]?.element;
    if (key === "ArrowUp" || key === "ArrowDown") {
      const after = (element) => Boolean(from.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING);
      const line = all.filter(({ column, element }) => column === here.column && after(element) === (key === "ArrowDown"));
      return (key === "ArrowDown" ? line[0] : line.at(-1))?.element;
    }
    const sign = key === "ArrowRight" ? 1 : -1, beside = all.filter(({ column }) => (column - here.column) * sign > 0);
    return nearest(beside, ({ column, at }) => Math.abs(column - here.column) * 1000 + Math.abs(at - here.at));
  };
  table.addEventListener("keydown", (event) => {
    const at = event.target.closest("[data-carehub-slot], [data-carehub-move]");
    if (!at || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!picked && event.key.toLowerCase() === "m" && at.dataset.carehubMove) {
      event.preventDefault();
      pick(at);
    } else if (picked && event.key.startsWith("Arrow")) {
      event.preventDefault();
      const place = next(at, event.key);
      if (place) place.focus(); else say(help.dataset.nowhere);
    } else if (picked && event.key === "Enter") {
      event.preventDefault();
      if (target(at)) drop(at);
    } else if (picked && event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      const card = picked;
      leave();
      card.focus();
      say(help.dataset.left);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (picked && event.key === "Escape") { leave(); say(help.dataset.left); }
  });
  table.addEventListener("focusin", (event) => {
    if (!picked || start) return;
    const place = target(event.target);
    mark(place);
    if (place) say(label(place));
  });
})();

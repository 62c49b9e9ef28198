// What is said while an appointment is carried. The sentences stand on the page, in its language, with {} for a name.

export const nameOf = (card) =>
  `${card.querySelector(".card-time").textContent} ${card.querySelector(".card-name").textContent}`;

export const filled = (sentence, name) => sentence.replace("{}", () => name);

/** What letting go over `place` would do. */
export const question = (sentences, place) =>
  place.dataset.carehubSlot
    ? filled(sentences.overSlot, place.dataset.carehubAt || place.textContent.trim())
    : filled(sentences.overCard, nameOf(place));

// What is sent when an appointment is let go: what the form on its own page sends, to the same address.

/** Address and values for letting `card` go over `place`, both as their data attributes. */
export const requestFor = (card, place) =>
  place.carehubSlot
    ? { address: card.carehubMove, values: { "move-revision": card.carehubRevision, slot: place.carehubSlot } }
    : {
        address: card.carehubSwap,
        values: { revision: card.carehubRevision, other: `${place.carehubKey}|${place.carehubRevision}` },
      };

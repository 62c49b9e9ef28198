// What changed between two readings of a list: which lines are new, gone, withdrawn, or noted by somebody else.

/** A line's reading: what it says (`words`), its mark and state, and whether a tap of this page still waits on it. */
export const differences = (before, after, { isFiltered = false } = {}) => {
  const found = new Map();
  for (const [key, line] of after) {
    const was = before.get(key);
    if (!was) found.set(key, { words: line.words, what: "added" });
    else if (line.mark !== was.mark) {
      found.set(key, { words: line.words, what: line.mark === "withdrawn" ? "withdrawn" : "added" });
    } else if (line.state !== was.state && !was.waits) found.set(key, { words: line.words, what: "noted" });
  }
  // Of a part of the list a line goes with a tap, too: that is no news.
  if (!isFiltered) {
    for (const [key, was] of before) if (!after.has(key)) found.set(key, { words: was.words, what: "gone" });
  }
  return found;
};

/** The title of a page: frozen movements, something new, and how many lines ask for somebody. */
export const titleOf = (plain, { badge, hasNews, isFrozen }) =>
  [isFrozen ? "■" : "", hasNews ? "▸" : "", badge > 0 ? `(${badge})` : "", plain].filter(Boolean).join(" ");

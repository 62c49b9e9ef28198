// What a page looks like, in words: read by tests/looks and by tests/browser, from the page as it stands.
(() => {
  const RULER = 1; // pixels within which two edges are one
  const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  const CONTENT = `${CONTROLS}, td, th, h1, h2, h3, dt, dd, p, legend, label`;
  const LANDMARKS = "header, nav, main, footer, dialog[open], table, form, h1, h2";
  // Where one thing may lie over another of the same piece: a link that fills its card, a mark in the corner of a cell.
  const PIECES = "li, tr, article, label, summary, fieldset, [data-carehub-slot], .card-appointment, .tag, .queue > *";

  const shown = (each) =>
    each.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
    !each.closest("svg *, .visually-hidden");
  const boxed = (each) => {
    const { left, top, width, height, right, bottom } = each.getBoundingClientRect();
    return {
      left: left + scrollX,
      top: top + scrollY,
      right: right + scrollX,
      bottom: bottom + scrollY,
      width,
      height,
    };
  };
  const named = (each) => {
    const classes = [...each.classList].map((word) => word.replaceAll(/\d+/g, "N"));
    return [each.tagName.toLowerCase(), ...new Set(classes)].join(".");
  };
  const landmarkOf = (each) => each.closest("dialog, header, nav, main, footer")?.tagName.toLowerCase() ?? "body";

  // Ground, edges and place of what is painted; nothing of what is only text in the page's flow.
  const lookOf = (each) => {
    const style = getComputedStyle(each);
    const words = [];
    if (style.backgroundColor !== "rgba(0, 0, 0, 0)") words.push(`on ${style.backgroundColor}`, `ink ${style.color}`);
    if (style.backgroundImage !== "none" && !style.backgroundImage.startsWith("url")) words.push("hatched");
    const edges = ["top", "right", "bottom", "left"].map((side) => {
      const width = style.getPropertyValue(`border-${side}-width`);
      return width === "0px" ? "-" : `${width} ${style.getPropertyValue(`border-${side}-color`)}`;
    });
    if (edges.some((edge) => edge !== "-")) words.push(`edged ${[...new Set(edges)].join(", ")}`);
    if (["fixed", "sticky"].includes(style.position)) words.push(style.position);
    for (const pseudo of ["::before", "::after"]) {
      const { content, position, backgroundColor } = getComputedStyle(each, pseudo);
      if (content !== "none" && ["fixed", "sticky"].includes(position))
        words.push(`${pseudo} ${position} on ${backgroundColor}`);
    }
    return words.length || each.matches(LANDMARKS) ? words.join("; ") : null;
  };

  const look = () => {
    const seen = {};
    for (const each of document.body.querySelectorAll("*")) {
      const look = shown(each) ? lookOf(each) : null;
      const box = boxed(each);
      if (look === null || box.width <= RULER || box.height <= RULER || box.right <= 0) continue;
      const key = `${landmarkOf(each)} ${named(each)}`;
      seen[key] ??= { times: 0, box: [Infinity, Infinity, 0, 0], look: [] };
      const group = seen[key];
      const [left, top, right, bottom] = group.box;
      group.times += 1;
      group.box = [
        Math.min(left, Math.round(box.left)),
        Math.min(top, Math.round(box.top)),
        Math.max(right, Math.round(box.right)),
        Math.max(bottom, Math.round(box.bottom)),
      ];
      if (!group.look.includes(look)) group.look.push(look);
    }
    for (const group of Object.values(seen)) group.look.sort();
    return seen;
  };

  // What is painted over the middle of `each`, unless the two are one piece.
  const overIt = (each) => {
    const { left, top, width, height } = each.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    if (width <= 2 || height <= 2 || x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) return null;
    const over = document.elementFromPoint(x, y);
    if (!over || each.contains(over) || over.contains(each)) return null;
    return over.closest(PIECES)?.contains(each) || each.closest(PIECES)?.contains(over) ? null : over;
  };

  // What nobody can reach or read: a control under something else wherever one scrolls, a line under a bar as it opens.
  const stuck = (each) => {
    for (let at = each; at; at = at.parentElement) {
      if (["fixed", "sticky", "absolute"].includes(getComputedStyle(at).position)) return true;
    }
    return false;
  };
  const covered = () => {
    const found = new Set();
    const look = (each, isMeant) => {
      const over = shown(each) ? overIt(each) : null;
      if (over && isMeant(over)) found.add(`${named(each)} lies under ${named(over)}`);
    };
    scrollTo({ top: 0, left: 0, behavior: "instant" });
    for (const each of document.querySelectorAll(CONTENT)) look(each, stuck);
    for (const each of document.querySelectorAll(CONTROLS)) {
      each.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
      look(each, () => true);
    }
    scrollTo({ top: 0, left: 0, behavior: "instant" });
    return [...found];
  };

  // How much of the page's height stands empty below the last that can be seen in it.
  const blank = () => {
    const ends = [...document.body.querySelectorAll("*")]
      .filter(
        (each) =>
          shown(each) &&
          (each.matches(CONTROLS) || [...each.childNodes].some((it) => it.nodeType === 3 && it.data.trim())),
      )
      .map((each) => boxed(each).bottom);
    const { scrollHeight, clientHeight } = document.documentElement;
    return scrollHeight > clientHeight + RULER ? Math.round(scrollHeight - Math.max(0, ...ends)) : 0;
  };
  const tooWide = () => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth);

  window.carehubLooks = { look, covered, blank, tooWide };
})();

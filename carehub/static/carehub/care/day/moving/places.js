// Which free time or appointment lies beside another one, by what is seen: a cell that spans several rows stands in
// none of the later ones. Knows numbers only: each place is { column, at, order }, `order` being its
// place on the page; a list of places is in that order.

const FARTHER_THAN_ANY_ROW = 1000;

const along = (here, places, isDown) => {
  const column = places.filter((place) => place.column === here.column);
  return isDown
    ? column.find((place) => place.order > here.order)
    : column.findLast((place) => place.order < here.order);
};

const across = (here, places, sign) => {
  const far = (place) => Math.abs(place.column - here.column) * FARTHER_THAN_ANY_ROW + Math.abs(place.at - here.at);
  const beside = places.filter((place) => (place.column - here.column) * sign > 0);
  return beside.sort((a, b) => far(a) - far(b))[0];
};

/** The place to which an arrow key leads from `here`, or undefined at the edge. */
export const neighbour = (here, places, key) => {
  if (key === "ArrowUp" || key === "ArrowDown") return along(here, places, key === "ArrowDown");
  return across(here, places, key === "ArrowRight" ? 1 : -1);
};

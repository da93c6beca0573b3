/** Names beside points, where there is room. */

export interface Named {
  /** Position of the node. */
  node: number;
  x: number;
  y: number;
  radius: number;
  text: string;
}

export interface Label {
  node: number;
  x: number;
  y: number;
  anchor: "start" | "middle" | "end";
  text: string;
}

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export const LETTER = 6.3;
const LINE = 14;

/** Place names in the order given; one that would cover another name, or a large circle, is left out. */
export function placeLabels(named: Named[], width: number, height: number, most: number): Label[] {
  const taken: Box[] = named.filter(({ radius }) => radius > 5).map(({ x, y, radius }) => around(x, y, 0.8 * radius));
  const labels: Label[] = [];
  for (const one of named) {
    if (labels.length >= most) break;
    const found = places(one).find(({ box }) => inside(box, width, height) && !taken.some((other) => overlap(box, other)));
    if (!found) continue;
    taken.push(found.box);
    labels.push(found.label);
  }
  return labels;
}

/** Right, left, above and below of the circle. */
function places({ node, x, y, radius, text }: Named): { label: Label; box: Box }[] {
  const wide = text.length * LETTER;
  const gap = radius + 3;
  const at = (anchor: Label["anchor"], lx: number, ly: number) => {
    const left = anchor === "start" ? lx : anchor === "end" ? lx - wide : lx - wide / 2;
    return { label: { node, x: lx, y: ly, anchor, text }, box: { left, top: ly - LINE + 3, right: left + wide, bottom: ly + 3 } };
  };
  return [at("start", x + gap, y + 4), at("end", x - gap, y + 4), at("middle", x, y - gap - 1), at("middle", x, y + gap + 10)];
}

function around(x: number, y: number, radius: number): Box {
  return { left: x - radius, top: y - radius, right: x + radius, bottom: y + radius };
}

function inside({ left, top, right, bottom }: Box, width: number, height: number): boolean {
  return left > 2 && top > 2 && right < width - 2 && bottom < height - 2;
}

function overlap(one: Box, two: Box): boolean {
  return one.left < two.right && two.left < one.right && one.top < two.bottom && two.top < one.bottom;
}

/** A name that is short enough for the map. */
export function shortName(name: string): string {
  return name.length <= 26 ? name : `${name.slice(0, 25).trimEnd()}…`;
}

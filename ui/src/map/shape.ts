/** The shape of a flow: it bends to the right of its way, so the two of a corridor lie apart; it widens and has a head. */

/** What a shape is drawn on: a Path2D, or the text of an SVG path. */
export interface Pen {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  quadraticCurveTo(cx: number, cy: number, x: number, y: number): void;
  closePath(): void;
}

/** From where to where, and the middle that bends. */
export interface Curve {
  ax: number;
  ay: number;
  cx: number;
  cy: number;
  bx: number;
  by: number;
  width: number;
}

const BEND = 0.17;

/** A curve between two points of the frame, which ends where the circle at its end begins. */
export function curve([ax, ay]: [number, number], [bx, by]: [number, number], width: number, radius: number): Curve {
  const [dx, dy] = [bx - ax, by - ay];
  const [cx, cy] = [(ax + bx) / 2 - dy * BEND, (ay + by) / 2 + dx * BEND];
  const rest = Math.hypot(bx - cx, by - cy) || 1;
  const cut = Math.min(radius + 1.5, 0.45 * Math.hypot(dx, dy)) / rest;
  return { ax, ay, cx, cy, bx: bx + (cx - bx) * cut, by: by + (cy - by) * cut, width };
}

/** A wide flow: from a thin tail to its full width, and a head. */
export function outline(pen: Pen, { ax, ay, cx, cy, bx, by, width }: Curve): void {
  const [tx, ty] = unitVector(bx - cx, by - cy);
  const [sx, sy] = unitVector(cx - ax, cy - ay);
  const [mx, my] = unitVector(bx - ax, by - ay);
  const head = Math.min(5 + 0.75 * width, 0.45 * Math.hypot(bx - ax, by - ay));
  const [nx, ny] = [bx - tx * head, by - ty * head];
  const [tail, half, bar] = [0.16 * width, 0.5 * width, 0.5 * width + 1.6 + 0.14 * width];
  const belly = 0.34 * width;
  const [kx, ky] = [cx - tx * head * 0.5, cy - ty * head * 0.5];
  pen.moveTo(ax - sy * tail, ay + sx * tail);
  pen.quadraticCurveTo(kx - my * belly, ky + mx * belly, nx - ty * half, ny + tx * half);
  pen.lineTo(nx - ty * bar, ny + tx * bar);
  pen.lineTo(bx, by);
  pen.lineTo(nx + ty * bar, ny - tx * bar);
  pen.lineTo(nx + ty * half, ny - tx * half);
  pen.quadraticCurveTo(kx + my * belly, ky - mx * belly, ax + sy * tail, ay - sx * tail);
  pen.closePath();
}

/** A narrow flow: a line. */
export function line(pen: Pen, { ax, ay, cx, cy, bx, by }: Curve): void {
  pen.moveTo(ax, ay);
  pen.quadraticCurveTo(cx, cy, bx, by);
}

/** The small head of a narrow flow. */
export function head(pen: Pen, { cx, cy, bx, by, width }: Curve): void {
  const [tx, ty] = unitVector(bx - cx, by - cy);
  const [long, bar] = [4.6 + width, 1.5 + 0.6 * width];
  pen.moveTo(bx, by);
  pen.lineTo(bx - tx * long - ty * bar, by - ty * long + tx * bar);
  pen.lineTo(bx - tx * long + ty * bar, by - ty * long - tx * bar);
  pen.closePath();
}

function unitVector(x: number, y: number): [number, number] {
  const length = Math.hypot(x, y) || 1;
  return [x / length, y / length];
}

/** A point of a curve; 0 is its start, 1 its end. */
export function pointOf({ ax, ay, cx, cy, bx, by }: Curve, t: number): [number, number] {
  const s = 1 - t;
  return [s * s * ax + 2 * s * t * cx + t * t * bx, s * s * ay + 2 * s * t * cy + t * t * by];
}

/** The curve under the pointer: of those near enough the one that is widest here; -1 for none. */
export function nearest(curves: Curve[], x: number, y: number): number {
  let [best, found] = [Infinity, -1];
  curves.forEach((one, i) => {
    const reach = Math.max(4, one.width / 2 + 1);
    if (!boxed(one, x, y, reach)) return;
    const distance = distanceTo(one, x, y) - reach;
    if (distance < Math.min(0, best)) [best, found] = [distance, i];
  });
  return found;
}

function boxed({ ax, ay, cx, cy, bx, by }: Curve, x: number, y: number, reach: number): boolean {
  return x > Math.min(ax, bx, cx) - reach && x < Math.max(ax, bx, cx) + reach && y > Math.min(ay, by, cy) - reach && y < Math.max(ay, by, cy) + reach;
}

const PIECES = 16;

function distanceTo(one: Curve, x: number, y: number): number {
  let nearest = Infinity;
  let [px, py] = [one.ax, one.ay];
  for (let i = 1; i <= PIECES; i++) {
    const [qx, qy] = pointOf(one, i / PIECES);
    nearest = Math.min(nearest, toPiece(x, y, px, py, qx, qy));
    [px, py] = [qx, qy];
  }
  return nearest;
}

function toPiece(x: number, y: number, px: number, py: number, qx: number, qy: number): number {
  const [dx, dy] = [qx - px, qy - py];
  const t = Math.min(1, Math.max(0, ((x - px) * dx + (y - py) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - px - t * dx, y - py - t * dy);
}

/** Writes the text of an SVG path. */
export class PathText implements Pen {
  private readonly parts: string[] = [];
  moveTo(x: number, y: number): void {
    this.parts.push(`M${short(x)} ${short(y)}`);
  }
  lineTo(x: number, y: number): void {
    this.parts.push(`L${short(x)} ${short(y)}`);
  }
  quadraticCurveTo(cx: number, cy: number, x: number, y: number): void {
    this.parts.push(`Q${short(cx)} ${short(cy)} ${short(x)} ${short(y)}`);
  }
  closePath(): void {
    this.parts.push("Z");
  }
  toString(): string {
    return this.parts.join("");
  }
}

function short(value: number): number {
  return Math.round(value * 10) / 10;
}

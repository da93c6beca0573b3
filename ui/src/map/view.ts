/** What part of the map is in the frame. */
import { HIGH, WIDE, type Node } from "./nodes";
import { clamp } from "./scale";

/** Middle in units of the map, and how many times larger than the whole world it is. */
export interface Sight {
  x: number;
  y: number;
  zoom: number;
}

export interface Size {
  width: number;
  height: number;
}

export const WORLD: Sight = { x: WIDE / 2, y: HIGH / 2, zoom: 1 };
const CLOSEST = 24;

/** Dots for a unit of the map. */
export function unit({ zoom }: Sight, { width, height }: Size): number {
  return zoom * Math.min(width / WIDE, height / HIGH) * 0.985;
}

/** Where a point of the map is in the frame. */
export function screen(sight: Sight, size: Size): (x: number, y: number) => [number, number] {
  const scale = unit(sight, size);
  return (x, y) => [(x - sight.x) * scale + size.width / 2, (y - sight.y) * scale + size.height / 2];
}

/** The sight that holds these nodes, with room around them. */
export function around(nodes: Node[], size: Size): Sight {
  if (nodes.length === 0 || nodes.length > 150) return WORLD;
  const [xs, ys] = [nodes.map(({ x }) => x), nodes.map(({ y }) => y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const [wide, high] = [(right - left) * 1.16 + 40, (bottom - top) * 1.16 + 40];
  const zoom = Math.min(size.width / wide, size.height / high) / (unit(WORLD, size) || 1);
  return moved({ x: (left + right) / 2, y: (top + bottom) / 2, zoom: Math.min(zoom, nodes.length === 1 ? 2.6 : 6) });
}

/** Keep a sight on the map. */
export function moved({ x, y, zoom }: Sight): Sight {
  const near = clamp(zoom, 1, CLOSEST);
  const loose = (1 - 1 / near) / 2;
  return {
    x: clamp(x, WIDE * (0.5 - loose), WIDE * (0.5 + loose)),
    y: clamp(y, HIGH * (0.5 - loose), HIGH * (0.5 + loose)),
    zoom: near,
  };
}

/** Closer by a factor, with the point under the pointer held. */
export function closer(sight: Sight, size: Size, factor: number, at: [number, number] = [size.width / 2, size.height / 2]): Sight {
  const zoom = clamp(sight.zoom * factor, 1, CLOSEST);
  const [before, after] = [unit(sight, size), unit({ ...sight, zoom }, size)];
  const hold = (middle: number, dots: number, side: number) => middle + (dots - side / 2) * (1 / before - 1 / after);
  return moved({ x: hold(sight.x, at[0], size.width), y: hold(sight.y, at[1], size.height), zoom });
}

export function shifted(sight: Sight, size: Size, right: number, down: number): Sight {
  const scale = unit(sight, size);
  return moved({ ...sight, x: sight.x + right / scale, y: sight.y + down / scale });
}

/** As the address has it. */
export function sightText({ x, y, zoom }: Sight): string {
  return [x.toFixed(1), y.toFixed(1), zoom.toFixed(2)].join(",");
}

export function readSight(text: string | undefined): Sight | undefined {
  const [x, y, zoom] = (text ?? "").split(",").map(Number);
  return text && [x, y, zoom].every(Number.isFinite) ? moved({ x, y, zoom }) : undefined;
}

/** Flows as the ranking, the Sankey and the chord ask for them. */
import type { World } from "../contents/world";
import type { Direction } from "../place";

export type Side = "in" | "out" | "within";

/** How a corridor lies to the chosen areas; undefined where it touches none of them or is not asked for. */
export function sideOf(world: World, chosen: Set<number>, direction: Direction, k: number): Side | undefined {
  const [from, to] = [chosen.has(world.orig[k]), chosen.has(world.dest[k])];
  const side = from && to ? "within" : to ? "in" : from ? "out" : undefined;
  const all = direction === "both" || direction === "net";
  return all || side === direction ? side : undefined;
}

export interface Ranked {
  k: number;
  side: Side;
  value: number;
  beside: number | undefined;
}

/** All corridors of the chosen areas in a year with what two scenarios say of them. */
export function corridorsOf(
  world: World, chosen: Set<number>, { direction, year, scenario, beside }: { direction: Direction; year: number; scenario: number; beside?: number },
): Ranked[] {
  const mine = world.flows(scenario, year);
  const other = beside === undefined ? undefined : world.flows(beside, year);
  const found: Ranked[] = [];
  for (let k = 0; k < world.corridors; k++) {
    const side = sideOf(world, chosen, direction, k);
    if (side) found.push({ k, side, value: mine[k], beside: other?.[k] });
  }
  return found;
}

/** Share of the world's moves of a year that are in the kept corridors; NaN where the areas' moves are not known. */
export function keptShare(world: World, scenario: number, year: number): number {
  const all = world.header.areas.reduce((sum, _, area) => sum + world.of(scenario, "moves_in", area, year), 0);
  return world.flows(scenario, year).reduce((sum, value) => sum + value, 0) / all;
}

/** The largest by a size, the rest left out. */
export function largest<Row>(rows: Row[], size: (row: Row) => number, count: number): Row[] {
  return [...rows].sort((a, b) => size(b) - size(a)).slice(0, count);
}

/** Flows between nodes: [from][to]. `nodeOf` gives the node of an area, or -1 for none. */
export function matrix(world: World, flows: Float32Array, nodeOf: number[], nodes: number): number[][] {
  const sums = Array.from({ length: nodes }, () => new Array<number>(nodes).fill(0));
  for (let k = 0; k < flows.length; k++) {
    const [from, to] = [nodeOf[world.orig[k]], nodeOf[world.dest[k]]];
    if (from >= 0 && to >= 0) sums[from][to] += flows[k];
  }
  return sums;
}

export const OTHERS = -1;
export interface Stream {
  /** Positions of areas, or OTHERS. */
  from: number;
  to: number;
  side: Side;
  value: number;
}

/** Streams among the largest origins and destinations; all further ones together are OTHERS. */
export function streams(world: World, ranked: Ranked[], most: number): Stream[] {
  const keep = (end: Uint16Array) => {
    const sums = new Map<number, number>();
    for (const { k, value } of ranked) sums.set(end[k], (sums.get(end[k]) ?? 0) + value);
    return new Set(largest([...sums], ([, sum]) => sum, most).map(([area]) => area));
  };
  const [origins, destinations] = [keep(world.orig), keep(world.dest)];
  const sums = new Map<string, Stream>();
  for (const { k, side, value } of ranked) {
    const from = origins.has(world.orig[k]) ? world.orig[k] : OTHERS;
    const to = destinations.has(world.dest[k]) ? world.dest[k] : OTHERS;
    const key = `${from} ${to} ${side}`;
    const stream = sums.get(key) ?? { from, to, side, value: 0 };
    stream.value += value;
    sums.set(key, stream);
  }
  return [...sums.values()].filter(({ value }) => value > 0);
}

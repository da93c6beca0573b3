/** An area, or a group of areas as one whole: moves of a group count when they cross its edge. */
import type { Measure } from "../contents/header";
import type { World } from "../contents/world";

export interface Whole {
  members: number[];
  /** Positions of kept corridors into it, out of it, and between its members. */
  into: number[];
  out: number[];
  within: number[];
}

/** Find the corridors of a whole. */
export function wholeOf(world: World, members: number[]): Whole {
  const inside = new Set(members);
  const whole: Whole = { members, into: [], out: [], within: [] };
  for (let k = 0; k < world.corridors; k++) {
    const [leaves, comes] = [inside.has(world.orig[k]), inside.has(world.dest[k])];
    if (leaves && comes) whole.within.push(k);
    else if (leaves) whole.out.push(k);
    else if (comes) whole.into.push(k);
  }
  return whole;
}

/** Whether it is one area. */
export function isArea({ members }: Whole): boolean {
  return members.length === 1;
}

/** Whether it is the whole world, whose edge nobody crosses. */
export function isWorld(world: World, { members }: Whole): boolean {
  return members.length === world.header.areas.length;
}

/** Sums that were made before, by the corridors that they are of. */
const made = new WeakMap<number[], Map<string, number>>();

/** Moves in some corridors in a year. The corridors belong to one world: their sums are kept. */
export function movesIn(world: World, scenario: number, corridors: number[], year: number): number {
  const sums = made.get(corridors) ?? new Map<string, number>();
  made.set(corridors, sums);
  const key = `${scenario}/${year}`;
  const sum = sums.get(key) ?? corridors.reduce((total, k) => total + world.flow(scenario, k, year), 0);
  sums.set(key, sum);
  return sum;
}

/** A measure of the whole, or moves between its members. */
export type Counted = Measure | "within";

/** A measure of the whole: members' sum; moves in and out without those between members. */
export function measureOf(world: World, scenario: number, whole: Whole, measure: Counted, year: number): number {
  if (measure === "within") return movesIn(world, scenario, whole.within, year);
  const sum = whole.members.reduce((total, area) => total + world.of(scenario, measure, area, year), 0);
  const crosses = measure === "moves_in" || measure === "moves_out";
  return crosses && !isArea(whole) ? Math.max(0, sum - movesIn(world, scenario, whole.within, year)) : sum;
}

/** Share of the world's moves of a year that the kept corridors hold. */
export function keptShare(world: World, scenario: number, year: number): number {
  const all = world.header.areas.reduce((sum, _, area) => sum + world.of(scenario, "moves_out", area, year), 0);
  return movesIn(world, scenario, [...world.orig.keys()], year) / all;
}

/** The largest of some corridors in a year. */
export function largest(world: World, scenario: number, corridors: number[], year: number, count: number): number[] {
  return corridors
    .map((k) => [k, world.flow(scenario, k, year)] as const)
    .filter(([, moves]) => moves > 0)
    .sort(([, one], [, other]) => other - one)
    .slice(0, count)
    .map(([k]) => k);
}

/** Parts of every cause in the change of moves over the edge, persons a year; undefined where the contents have none. */
export function causesOf(world: World, whole: Whole, way: "into" | "out", at: number): number[] | undefined {
  const name = isArea(whole) ? `s0/causes/${way === "into" ? "in" : "out"}` : "s0/causes/flows";
  if (!world.has(name)) return undefined;
  const rows = isArea(whole) ? whole.members : whole[way];
  return causeSums(world, name, rows, at);
}

/** Sums of an array [cause, row, year] over rows, in one year of the causes. */
export function causeSums(world: World, name: string, rows: number[], at: number): number[] {
  const { causes, causeYears, arrays } = world.header;
  const values = world.array(name);
  const [, height] = arrays[name].shape;
  return causes.map((_, cause) => rows.reduce((sum, row) => sum + values[(cause * height + row) * causeYears.length + at], 0));
}

/** Shares of moves of the last past year by what the estimate rests on: modelled, adjusted to reports, measured. */
export function evidenceShares(world: World, corridors: number[]): number[] {
  const shares = [0, 0, 0];
  const evidence = world.array("corridor/evidence");
  for (const k of corridors) shares[evidence[k]] += world.flow(0, k, world.header.past[1]);
  const all = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => (all > 0 ? share / all : NaN));
}

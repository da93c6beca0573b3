/** Which flows the map shows, and how large they are. */
import type { World } from "../contents/world";
import type { Direction, View } from "../place";
import type { Nodes } from "./nodes";

/** Colour of a flow: how it lies to the chosen areas, or which way it differs. */
export type Kind = "within" | "in" | "out" | "more" | "fewer";
/** How well a flow is known, 0 best; for a difference in per cent how small it is. 3: there is no interval. */
export type Grade = 0 | 1 | 2 | 3;

export interface Flow {
  /** Positions of nodes. */
  orig: number;
  dest: number;
  /** Position of the corridor; -1 where corridors are summed or set off. */
  corridor: number;
  /** Persons a year under the scenario, and under the second one. */
  value: number;
  other: number;
  /** Persons that the width shows. */
  size: number;
  kind: Kind;
  grade: Grade;
}

export interface Asked {
  scenario: number;
  /** The second scenario; -1 without. */
  beside: number;
  view: View;
  year: number;
  /** Positions of the chosen areas; undefined for the whole world. */
  chosen: Set<number> | undefined;
  direction: Direction;
  /** Only flows between the chosen areas. */
  between: boolean;
  /** Position of the one node whose flows are shown; -1 for all. */
  only: number;
  top: number;
  least: number;
}

/** Flows in the order of size, and how many there are before the largest are taken. */
export interface Shown {
  flows: Flow[];
  found: number;
}

export function shownFlows(world: World, nodes: Nodes, asked: Asked): Shown {
  const merged = asked.direction === "net" ? setOff(summed(world, nodes, asked)) : summed(world, nodes, asked);
  for (const flow of merged) measure(flow, asked);
  const kept = merged.filter(({ size }) => size >= Math.max(asked.least, 1));
  const flows = largest(kept, Math.max(1, asked.top));
  if (asked.view === "level" && asked.direction !== "net" && !nodes.regions) gradeAll(world, asked, flows);
  return { flows, found: kept.length };
}

const PLACES = 65536;

/** The largest flows, the largest first. Sorting plain numbers, of persons and place in one, is many times faster. */
function largest(flows: Flow[], top: number): Flow[] {
  const keys = Float64Array.from(flows, ({ size }, i) => Math.round(size * 100) * PLACES + PLACES - 1 - i).sort();
  return Array.from({ length: Math.min(top, flows.length) }, (_, i) => flows[PLACES - 1 - (keys[keys.length - 1 - i] % PLACES)]);
}

const latest = new WeakMap<World, Map<string, Float32Array>>();
const REMEMBERED = 6;

/** Moves of all corridors in a year; the last few are remembered, because several parts of a page ask for them. */
export function flowsIn(world: World, scenario: number, year: number): Float32Array {
  const known = latest.get(world) ?? new Map<string, Float32Array>();
  latest.set(world, known);
  const key = world.isPast(year) ? String(year) : `${scenario} ${year}`;
  const found = known.get(key) ?? world.flows(scenario, year);
  known.delete(key);
  known.set(key, found);
  if (known.size > REMEMBERED) known.delete(known.keys().next().value as string);
  return found;
}

/** Flows between nodes; corridors between the same nodes are added. */
function summed(world: World, nodes: Nodes, asked: Asked): Flow[] {
  const values = flowsIn(world, asked.scenario, asked.year);
  const others = asked.beside >= 0 ? flowsIn(world, asked.beside, asked.year) : values;
  const single: Flow[] = [];
  const found = new Map<number, Flow>();
  for (let k = 0; k < values.length; k++) {
    const orig = nodes.of[world.orig[k]];
    const dest = nodes.of[world.dest[k]];
    if (orig === dest) continue;
    const kind = kindOf(world.orig[k], world.dest[k], orig, dest, asked);
    if (!kind) continue;
    const flow = { orig, dest, corridor: nodes.regions ? -1 : k, value: values[k], other: others[k], size: 0, kind, grade: 0 as Grade };
    const before = nodes.regions && found.get(orig * 1000 + dest);
    if (!nodes.regions) single.push(flow);
    else if (before) add(before, flow);
    else found.set(orig * 1000 + dest, flow);
  }
  return nodes.regions ? [...found.values()] : single;
}

function add(to: Flow, more: Flow): void {
  to.value += more.value;
  to.other += more.other;
  if (to.kind !== more.kind) to.kind = "within";
}

/** How a corridor lies to the chosen areas; undefined where it is not asked for. */
function kindOf(from: number, to: number, orig: number, dest: number, { chosen, direction, between, only }: Asked): Kind | undefined {
  const leaves = !chosen || chosen.has(from);
  const enters = !chosen || chosen.has(to);
  if (only >= 0) return dest === only && direction !== "out" ? "in" : orig === only && direction !== "in" ? "out" : undefined;
  if (between ? !leaves || !enters : !leaves && !enters) return undefined;
  const kind = leaves && enters ? "within" : enters ? "in" : "out";
  if ((direction === "in" && kind === "out") || (direction === "out" && kind === "in")) return undefined;
  return kind;
}

/** Each pair of flows as one: the larger less the smaller. */
export function setOff(flows: Flow[]): Flow[] {
  const at = new Map(flows.map((flow) => [flow.orig * 1000 + flow.dest, flow]));
  return flows.flatMap((flow) => {
    const back = at.get(flow.dest * 1000 + flow.orig);
    if (!back) return [flow];
    const ahead = flow.value !== back.value ? flow.value > back.value : flow.orig < flow.dest;
    return ahead ? [{ ...flow, corridor: -1, value: flow.value - back.value, other: flow.other - back.other }] : [];
  });
}

/** Give a flow its size, and in views of differences its colour and strength. */
function measure(flow: Flow, { view }: Asked): void {
  const change = flow.other - flow.value;
  flow.size = view === "difference" ? Math.abs(change) : Math.abs(flow.value);
  if (view === "level") return;
  flow.kind = change < 0 ? "fewer" : "more";
  if (view === "percent") flow.grade = strength(flow.value === 0 ? 0 : change / flow.value);
}

/** Steps of differences in per cent: from 20 %, from 5 %, from 1 %, less. */
export const STEPS = [0.2, 0.05, 0.01] as const;

export function strength(share: number): Grade {
  const at = STEPS.findIndex((step) => Math.abs(share) >= step);
  return (at < 0 ? 3 : at) as Grade;
}

/** Widths of 80 % intervals that part the grades, as parts of the flow. */
export const SPREADS = [1.5, 3] as const;

function gradeAll(world: World, { scenario, year }: Asked, flows: Flow[]): void {
  if (world.isPast(year)) {
    if (!world.has("corridor/evidence")) return;
    const evidence = world.array("corridor/evidence");
    for (const flow of flows) flow.grade = (2 - evidence[flow.corridor]) as Grade;
  } else if (hasIntervals(world, scenario)) {
    const widths = widthsIn(world, scenario, year);
    for (const flow of flows) flow.grade = spread((widths.get(flow.corridor) ?? NaN) / Math.max(flow.value, 1));
  }
}

/** Grade of an interval by its width as a part of the flow. */
function spread(width: number): Grade {
  if (Number.isNaN(width)) return 3;
  return width < SPREADS[0] ? 0 : width < SPREADS[1] ? 1 : 2;
}

export function hasIntervals(world: World, scenario: number): boolean {
  return world.has(`s${scenario}/bounds/corridors`);
}

/** Widths of the 80 % intervals of all corridors that have one; the same as `world.flowBounds`, for all at once. */
function widthsIn(world: World, scenario: number, year: number): Map<number, number> {
  const kept = world.array(`s${scenario}/bounds/corridors`);
  const values = world.array(`s${scenario}/bounds/flows`);
  const years = world.header.future[1] - world.first + 1;
  const [low, high] = [kept.length * years, 2 * kept.length * years];
  const widths = new Map<number, number>();
  kept.forEach((corridor, i) => {
    const at = i * years + year - world.first;
    widths.set(corridor, values[high + at] - values[low + at]);
  });
  return widths;
}

/** Moves into and out of a node in a year. */
export interface Totals {
  in: number;
  out: number;
}

/** Totals of areas are of all moves; those of subregions are of moves across their edges. */
export function totalsOf(world: World, nodes: Nodes, scenario: number, year: number): Totals[] {
  if (!nodes.regions) {
    const [incoming, outgoing] = [yearOf(world, scenario, "moves_in", year), yearOf(world, scenario, "moves_out", year)];
    return nodes.list.map((_, area) => ({ in: incoming(area), out: outgoing(area) }));
  }
  const totals = nodes.list.map(() => ({ in: 0, out: 0 }));
  flowsIn(world, scenario, year).forEach((value, k) => {
    const [orig, dest] = [nodes.of[world.orig[k]], nodes.of[world.dest[k]]];
    if (orig === dest) return;
    totals[orig].out += value;
    totals[dest].in += value;
  });
  return totals;
}

/** A measure of all areas in a year. */
function yearOf(world: World, scenario: number, measure: "moves_in" | "moves_out", year: number): (area: number) => number {
  const past = world.isPast(year);
  const [first, last] = past ? world.header.past : world.header.future;
  const values = past ? world.array(`past/areas/${measure}`) : world.level(scenario, `areas/${measure}`);
  return (area) => values[area * (last - first + 1) + year - first];
}

/** Sums of moves between chosen areas, into them and out of them. */
export interface Sums {
  within: number;
  in: number;
  out: number;
}

export function sumsOf(world: World, scenario: number, year: number, chosen: Set<number> | undefined): Sums {
  const sums = { within: 0, in: 0, out: 0 };
  flowsIn(world, scenario, year).forEach((value, k) => {
    const [leaves, enters] = [!chosen || chosen.has(world.orig[k]), !chosen || chosen.has(world.dest[k])];
    if (leaves || enters) sums[leaves && enters ? "within" : enters ? "in" : "out"] += value;
  });
  return sums;
}

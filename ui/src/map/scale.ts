/** Scales of the map: one for all years and scenarios, so that pictures can be compared. */
import type { World } from "../contents/world";
import type { Direction, View } from "../place";
import type { Nodes } from "./nodes";

/** Persons a year that have the largest width, and persons in and out that have the largest circle. */
export interface Most {
  flow: number;
  circle: number;
}

const found = new WeakMap<World, Map<string, Most>>();

/** The largest flow of any year and scenario; in a view of differences that of these two scenarios. */
export function mostOf(world: World, nodes: Nodes, view: View, scenario: number, beside: number): Most {
  const differs = view === "difference" && beside >= 0;
  const key = `${nodes.regions} ${differs ? `${scenario} ${beside}` : ""}`;
  const known = found.get(world) ?? new Map<string, Most>();
  found.set(world, known);
  let most = known.get(key);
  if (!most) known.set(key, (most = differs ? mostDifference(world, nodes, scenario, beside) : mostLevel(world, nodes)));
  return most;
}

function mostLevel(world: World, nodes: Nodes): Most {
  const scenarios = world.header.scenarios.map((_, i) => world.level(i, "flows"));
  const most = [world.array("past/flows"), ...scenarios].map((values) => largest(world, nodes, values as Float32Array));
  return { flow: Math.max(...most.map(({ flow }) => flow), 1), circle: Math.max(...most.map(({ circle }) => circle), 1) };
}

function mostDifference(world: World, nodes: Nodes, scenario: number, beside: number): Most {
  const [one, two] = [world.level(scenario, "flows"), world.level(beside, "flows")];
  const { flow } = largest(world, nodes, one.map((value, i) => two[i] - value));
  return { flow: Math.max(flow, 1), circle: mostOf(world, nodes, "level", scenario, -1).circle };
}

/** The largest flow between nodes, and moves of a node, in an array [corridor, year]. */
function largest(world: World, nodes: Nodes, values: Float32Array): Most {
  const years = values.length / world.corridors;
  const side = nodes.list.length;
  const most = { flow: 0, circle: 0 };
  for (let year = 0; year < years; year++) {
    const flows = new Float64Array(side * side);
    const moves = new Float64Array(side);
    for (let k = 0; k < world.corridors; k++) {
      const [orig, dest, value] = [nodes.of[world.orig[k]], nodes.of[world.dest[k]], values[k * years + year]];
      if (orig === dest) continue;
      most.flow = Math.max(most.flow, Math.abs((flows[orig * side + dest] += value)));
      most.circle = Math.max(most.circle, Math.abs((moves[orig] += value)), Math.abs((moves[dest] += value)));
    }
  }
  return most;
}

/** Dots that the largest flow and the largest circle have in a frame of this width. */
export interface Scale {
  width: (persons: number) => number;
  radius: (persons: number) => number;
}

export function scaleIn(frame: number, most: Most): Scale {
  const [wide, round] = [clamp(frame / 29, 15, 40), clamp(frame / 50, 10, 22)];
  return {
    width: (persons) => (wide * persons) / most.flow,
    radius: (persons) => (persons > 0 ? Math.max(1.3, round * Math.sqrt(persons / most.circle)) : 1.3),
  };
}

/** Round numbers for the legend, the largest near the top of the scale. */
export function samples(most: number): number[] {
  const top = roundDown(most * 0.45);
  return [top, roundDown(top / 4), roundDown(top / 20)];
}

function roundDown(value: number): number {
  if (value < 1) return 1;
  const ten = 10 ** Math.floor(Math.log10(value));
  return [5, 2, 1].map((step) => step * ten).find((step) => step <= value) ?? ten;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** Whether single intervals and evidence can be shown: sums and balances of flows have none. */
export function hasGrades(view: View, direction: Direction, nodes: Nodes): boolean {
  return view === "level" && direction !== "net" && !nodes.regions;
}

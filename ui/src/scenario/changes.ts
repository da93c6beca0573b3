/** What a scenario changes, in figures. */
import type { World } from "../contents/world";

export const PARTS = ["legal", "irregular", "unmet"] as const;
export type Part = (typeof PARTS)[number];

/** The corridors of a scenario with levers, the largest first. */
export function leverCorridors(world: World, scenario: number): number[] {
  const name = `s${scenario}/gate/corridors`;
  return world.has(name) ? Array.from(world.array(name)).sort((a, b) => a - b) : [];
}

/** Figures of corridors, summed, in every projected year: of the scenario and of the baseline. */
export interface Compared {
  years: number[];
  scenario: Record<Part, number[]>;
  baseline: Record<Part, number[]>;
  /** All moves of the years from `movesYears`, with some of the past. */
  moves: { years: number[]; scenario: number[]; baseline: number[] };
}

const PAST_SHOWN = 10;

export function compared(world: World, scenario: number, corridors: number[]): Compared {
  const years = world.futureYears;
  const sum = (of: (k: number) => number) => corridors.reduce((total, k) => total + of(k), 0);
  const parts = (split: World["split"]) =>
    Object.fromEntries(PARTS.map((part) => [part, years.map((year) => sum((k) => split.call(world, scenario, k, year)[part]))])) as Record<Part, number[]>;
  const shown = world.years.filter((year) => year >= world.first - PAST_SHOWN);
  const moves = (number: number) => shown.map((year) => sum((k) => world.flow(number, k, year)));
  return {
    years,
    scenario: parts(world.split),
    baseline: parts(world.splitBefore),
    moves: { years: shown, scenario: moves(scenario), baseline: moves(0) },
  };
}

export interface Change {
  /** Position of the corridor, or of the area. */
  at: number;
  baseline: number;
  difference: number;
}

const LEAST = 10;

function largest(count: number, baseline: (at: number) => number, changed: (at: number) => number, most: number): Change[] {
  return Array.from({ length: count }, (_, at) => ({ at, baseline: baseline(at), difference: changed(at) - baseline(at) }))
    .filter(({ difference }) => Math.abs(difference) >= LEAST)
    .sort((one, two) => Math.abs(two.difference) - Math.abs(one.difference))
    .slice(0, most);
}

/** The corridors of the world whose moves a scenario changes most. */
export function largestChanges(world: World, scenario: number, year: number, most: number): Change[] {
  const [before, after] = [world.flows(0, year), world.flows(scenario, year)];
  return largest(world.corridors, (k) => before[k], (k) => after[k], most);
}

/** The areas whose net migration a scenario changes most. */
export function areaChanges(world: World, scenario: number, year: number, most: number): Change[] {
  const of = (number: number) => (at: number) => world.of(number, "net_migration", at, year);
  return largest(world.header.areas.length, of(0), of(scenario), most);
}

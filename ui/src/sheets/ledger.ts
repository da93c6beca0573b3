/** The ledger of two sides: the same figures for both, in the same order. */
import type { World } from "../contents/world";
import type { Kind } from "./amounts";
import { abroad, dateOf, projected, remittances, splits } from "./corridor";

/** Ages of the support ratio: people of these ages for each one older. */
export const WORKING = [20, 64] as const;
const GROUP = 5;

export type Section = "moves" | "demand" | "safety" | "people" | "money";
export type Figure =
  | "come" | "leave" | "legal" | "irregular" | "unmet" | "revenue" | "deaths" | "abroad" | "population" | "support" | "received" | "paid";
/** A value with the ends of its range where it has any. */
export interface Amount {
  value: number;
  low: number;
  high: number;
}
export interface Entry {
  baseline: Amount;
  scenario: Amount;
  difference: Amount;
}
export interface Row {
  section: Section;
  figure: Figure;
  kind: Kind;
  /** Whether the corridor that a side's figure is of is kept; true where it needs none. */
  kept: [boolean, boolean];
  /** The calendar year of a flow, or the date of a number of people. */
  when: number;
  sides: [Entry, Entry];
}
interface Both {
  baseline: Amount;
  scenario: Amount;
}
/** A side's figures need the side itself, the other, and the corridors there and back. */
interface Side {
  home: number;
  there: number;
  back: number;
}

/** All rows for the sides at both ends of a corridor, the origin first. */
export function ledgerOf(world: World, scenario: number, orig: number, dest: number, year: number): Row[] {
  const [k, back] = [world.corridor(orig, dest), world.corridor(dest, orig)];
  const sides: [Side, Side] = [{ home: orig, there: k, back }, { home: dest, there: back, back: k }];
  const [when, date] = [projected(world, year), dateOf(world, year)];
  const row = (section: Section, figure: Figure, kind: Kind, at: number, measure: (side: Side) => Both): Row => ({
    section, figure, kind, when: at, sides: [entry(measure(sides[0])), entry(measure(sides[1]))], kept: [isKept(figure, sides[0]), isKept(figure, sides[1])],
  });
  const levels = (value: (s: number, side: Side) => number) => (side: Side): Both => ({ baseline: sure(value(0, side)), scenario: sure(value(scenario, side)) });
  const part = (name: "legal" | "irregular" | "unmet", times = [1, 1, 1]) => (side: Side) => partOf(world, scenario, side, when, name, times);
  return [
    row("moves", "come", "persons", when, levels((s, { back: way }) => flow(world, s, way, when))),
    row("moves", "leave", "persons", when, levels((s, { there }) => flow(world, s, there, when))),
    row("demand", "legal", "persons", when, part("legal")),
    row("demand", "irregular", "persons", when, part("irregular")),
    row("demand", "unmet", "persons", when, part("unmet")),
    row("safety", "revenue", "dollars", when, part("irregular", revenueOf(world))),
    row("safety", "deaths", "deaths", when, (side) => partOf(world, scenario, side, when, "irregular", riskOf(world, side.there))),
    row("people", "abroad", "persons", date, levels((s, { there }) => abroad(world, s, there, date))),
    row("people", "population", "persons", when, levels((s, { home }) => world.of(s, "population", home, when))),
    row("people", "support", "ratio", date, levels((s, { home }) => support(world, s, home, date))),
    row("money", "received", "dollars", date, levels((s, { there }) => remittances(world, s, there, date))),
    row("money", "paid", "dollars", date, levels((s, { back: way }) => remittances(world, s, way, date))),
  ];
}

function isKept(figure: Figure, { there, back }: Side): boolean {
  if (figure === "population" || figure === "support") return true;
  return (figure === "come" || figure === "paid" ? back : there) >= 0;
}

function flow(world: World, scenario: number, k: number, year: number): number {
  return k < 0 ? NaN : world.flow(scenario, k, year);
}

function sure(value: number): Amount {
  return { value, low: NaN, high: NaN };
}

function partOf(world: World, scenario: number, { there }: Side, year: number, name: "legal" | "irregular" | "unmet", times: number[]): Both {
  const [now, before] = splits(world, scenario, there, year).map((split) => split[name]);
  const amount = (moves: number): Amount =>
    times[0] === times[2] ? sure(moves * times[1]) : { low: moves * times[0], value: moves * times[1], high: moves * times[2] };
  return { baseline: amount(before), scenario: amount(now) };
}

function revenueOf(world: World): number[] {
  return world.header.smuggling ?? [NaN, NaN, NaN];
}

/** Range of the risk of death; it has no middle value. */
function riskOf(world: World, k: number): number[] {
  if (k < 0 || !world.has("corridor/risk_low")) return [NaN, NaN, NaN];
  return [world.array("corridor/risk_low")[k], NaN, world.array("corridor/risk_high")[k]];
}

function entry({ baseline, scenario }: Both): Entry {
  const low = scenario.low - baseline.low;
  const high = scenario.high - baseline.high;
  return { baseline, scenario, difference: { value: scenario.value - baseline.value, low: Math.min(low, high), high: Math.max(low, high) } };
}

/** People of working age for each one older. */
export function support(world: World, scenario: number, area: number, date: number): number {
  if (!world.has("s0/ages")) return NaN;
  const { female, male } = world.ages(scenario, area, date);
  const both = female.map((value, at) => value + male[at]);
  const [first, last] = [WORKING[0] / GROUP, (WORKING[1] + 1) / GROUP];
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  return sum(both.slice(first, last)) / sum(both.slice(last));
}

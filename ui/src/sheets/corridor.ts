/** Figures of a corridor: what its sheet and the ledger of two sides show. */
import type { Header } from "../contents/header";
import type { Split, World } from "../contents/world";
import type { Place } from "../place";
import { nearest } from "../shared/controls";
import type { Band, Point } from "./panel";

/** Quantile of the normal distribution that bounds 80 %. */
const Z80 = 1.2816;

/** Positions of origin and destination: those of the place, otherwise the largest corridor of the contents' group. */
export function endsOf(world: World, place: Place): [number, number] {
  const at = (code: string) => world.header.areas.findIndex(({ iso3 }) => iso3 === code);
  const [orig, dest] = [at(place.orig), at(place.dest)];
  if (orig >= 0 && dest >= 0) return [orig, dest];
  const inside = new Set(groupOf(world.header));
  const fits = (k: number) =>
    orig >= 0 ? world.orig[k] === orig : dest >= 0 ? world.dest[k] === dest : inside.has(world.orig[k]) && inside.has(world.dest[k]);
  const k = world.orig.findIndex((_, at) => fits(at));
  return k < 0 ? [Math.max(0, orig), Math.max(0, dest)] : [world.orig[k], world.dest[k]];
}

function groupOf(header: Header): number[] {
  return header.groups.find(({ key }) => key === header.group)?.members ?? header.areas.map((_, at) => at);
}

/** The year, or the first projected one for a past year. */
export function projected(world: World, year: number): number {
  return Math.min(world.header.future[1], Math.max(world.first, year));
}

/** 80 % intervals of past moves: stored as bounds, or as the spread of their logarithm. */
export function pastBand(world: World, k: number): Band["points"] {
  const [from, to] = world.header.past;
  const width = to - from + 1;
  const years = world.years.filter((year) => world.isPast(year));
  if (world.has("past/low") && world.has("past/high")) {
    const [low, high] = [world.array("past/low"), world.array("past/high")];
    return years.map((year) => ({ year, low: low[k * width + year - from], high: high[k * width + year - from] }));
  }
  if (!world.has("past/spread")) return [];
  const spread = world.array("past/spread");
  return years.map((year) => {
    const [value, factor] = [world.flow(0, k, year), Math.exp(Z80 * spread[k * width + year - from])];
    return { year, low: value / factor, high: value * factor };
  });
}

/** Another estimate of past moves, in the middle of its periods. */
export function otherEstimate(world: World, name: "past/transitions" | "past/open", k: number): Point[] {
  if (!world.has(name)) return [];
  const { periods, past } = world.header;
  const values = world.array(name);
  return periods.map((year, at) => [Math.min(year + 2, past[1]), values[k * periods.length + at]]);
}

/** Whether the contents say how demand splits. */
export function splitKnown(world: World): boolean {
  return world.has("s0/outward_share") || world.has("s0/outward");
}

const NONE: Split = { legal: NaN, irregular: NaN, unmet: NaN, lever: false };

/** The split in a scenario and in the baseline; not a number where the corridor is not kept. */
export function splits(world: World, scenario: number, k: number, year: number): [Split, Split] {
  if (k < 0 || !splitKnown(world)) return [NONE, NONE];
  return [world.split(scenario, k, year), world.splitBefore(scenario, k, year)];
}

export interface Types {
  all: number;
  outward: number;
  other: number;
}

/** Moves of a projected year by type: out of the birthplace, and all others. */
export function typesOf(world: World, scenario: number, k: number, year: number): Types {
  const all = world.flow(scenario, k, year);
  const { legal, irregular } = splits(world, scenario, k, year)[0];
  const outward = Math.min(all, legal + irregular);
  return { all, outward, other: all - outward };
}

/** People born in the origin who live in the destination, on 1 January of a date of the projection. */
export function abroad(world: World, scenario: number, k: number, date: number): number {
  return ofDate(world, scenario, "stocks", k, date);
}

/** US dollars a year that people born in the origin who live in the destination send home. */
export function remittances(world: World, scenario: number, k: number, date: number): number {
  return ofDate(world, scenario, "remittances", k, date);
}

function ofDate(world: World, scenario: number, name: string, k: number, date: number): number {
  if (k < 0 || !world.has(`s0/${name}`)) return NaN;
  const { dates } = world.header;
  return world.level(scenario, name)[k * dates.length + dates.indexOf(date)];
}

/** People born in the origin who live in the destination, at all dates of the past and the projection. */
export function abroadOf(world: World, scenario: number, k: number, year: number): number {
  const { stockDates, dates } = world.header;
  const at = stockDates.indexOf(year);
  if (world.isPast(year)) return at >= 0 && world.has("past/stocks") ? world.array("past/stocks")[k * stockDates.length + at] : NaN;
  return dates.includes(year) ? abroad(world, scenario, k, year) : NaN;
}

/** Dates of `abroadOf`. */
export function abroadYears({ stockDates, dates }: Header): number[] {
  return [...stockDates, ...dates.filter((date) => !stockDates.includes(date))].sort((one, other) => one - other);
}

/** The date of the projection nearest to a year. */
export function dateOf(world: World, year: number): number {
  return nearest(world.header.dates, year);
}

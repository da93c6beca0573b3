/** What a figure over the years shows, before it is drawn. */
import type { Bounds, World } from "../contents/world";
import type { View } from "../place";

export type LineKind = "main" | "second" | "before";
export type BandKind = "past" | "wide" | "narrow";
export type MarkKind = "ring" | "cross";
/** A calendar year and a value; not a number where it is not known. */
export type Point = readonly [number, number];

export interface Line {
  label: string;
  kind: LineKind;
  points: Point[];
}
export interface Band {
  label: string;
  kind: BandKind;
  points: { year: number; low: number; high: number }[];
}
export interface Marks {
  label: string;
  kind: MarkKind;
  points: Point[];
}
export interface Panel {
  title: string;
  lines: Line[];
  bands: Band[];
  marks: Marks[];
}

/** One measure over the years in scenarios: what a panel is made of. */
export interface Asked {
  title: string;
  years: number[];
  value: (scenario: number, year: number) => number;
  bounds?: (scenario: number, year: number) => Bounds | undefined;
  /** Intervals of past years. */
  past?: Band["points"];
  marks?: Marks[];
}
/** The scenarios of a panel and what of them is shown. */
export interface Compared {
  scenario: number;
  beside: number | undefined;
  view: View;
  names: { scenario: string; beside: string; difference: string; past: string; wide: string; narrow: string };
}

/** A panel of one scenario, of two, or of the difference of the second from the first. */
export function panelOf(world: World, asked: Asked, compared: Compared): Panel {
  const { scenario, beside, view, names } = compared;
  if (beside !== undefined && view !== "level") return { title: asked.title, lines: [differenceOf(world, asked, compared, beside)], bands: [], marks: [] };
  const lines: Line[] = [{ label: names.scenario, kind: "main", points: pointsOf(asked, scenario, asked.years) }];
  if (beside !== undefined) {
    const later = asked.years.filter((year) => !world.isPast(year));
    lines.push({ label: names.beside, kind: "second", points: pointsOf(asked, beside, later) });
  }
  return { title: asked.title, lines, bands: bandsOf(asked, compared), marks: asked.marks ?? [] };
}

function pointsOf(asked: Asked, scenario: number, years: number[]): Point[] {
  return years.map((year) => [year, asked.value(scenario, year)]);
}

function differenceOf(world: World, asked: Asked, { scenario, view, names }: Compared, beside: number): Line {
  const points = asked.years.filter((year) => !world.isPast(year)).map((year): Point => {
    const base = asked.value(scenario, year);
    const change = asked.value(beside, year) - base;
    return [year, view === "percent" ? (100 * change) / Math.abs(base) : change];
  });
  return { label: names.difference, kind: "second", points };
}

function bandsOf(asked: Asked, { scenario, names }: Compared): Band[] {
  const known = asked.years.flatMap((year) => {
    const bounds = asked.bounds?.(scenario, year);
    return bounds ? [{ year, bounds }] : [];
  });
  const bands: Band[] = [
    { label: names.past, kind: "past", points: asked.past ?? [] },
    { label: names.wide, kind: "wide", points: known.map(({ year, bounds }) => ({ year, low: bounds.low95, high: bounds.high95 })) },
    { label: names.narrow, kind: "narrow", points: known.map(({ year, bounds }) => ({ year, low: bounds.low80, high: bounds.high80 })) },
  ];
  return bands.filter(({ points }) => points.length > 0);
}

/** All values of a panel, for its scale. */
export function valuesOf({ lines, bands, marks }: Panel): number[] {
  return [
    ...[...lines, ...marks].flatMap(({ points }) => points.map(([, value]) => value)),
    ...bands.flatMap(({ points }) => points.flatMap(({ low, high }) => [low, high])),
  ];
}

/** The same as a table: a row a year, a column a line, band end and mark. */
export function tableOf(panels: Panel[], yearWord: string) {
  const columns = panels.flatMap((panel) => columnsOf(panel).map(({ label, at }) => ({ label: [panel.title, label].filter(Boolean).join(": "), at })));
  const years = [...new Set(columns.flatMap(({ at }) => [...at.keys()]))].sort((one, other) => one - other);
  return {
    columns: [yearWord, ...columns.map(({ label }) => label)],
    rows: years.map((year) => [year, ...columns.map(({ at }) => known(at.get(year)))]),
  };
}

function known(value: number | undefined): number | string {
  return value === undefined || !Number.isFinite(value) ? "" : value;
}

function columnsOf({ lines, bands, marks }: Panel): { label: string; at: Map<number, number> }[] {
  return [
    ...[...lines, ...marks].map(({ label, points }) => ({ label, at: new Map(points) })),
    ...bands.flatMap(({ label, points }) => [
      { label: `${label} ↓`, at: new Map(points.map(({ year, low }) => [year, low])) },
      { label: `${label} ↑`, at: new Map(points.map(({ year, high }) => [year, high])) },
    ]),
  ];
}

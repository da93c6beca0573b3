/** The numbers of one flow and of one node: a name, a value, and its interval. */
import type { World } from "../contents/world";
import type { Numbers } from "../shared/numbers";
import type { Say } from "../words";
import type { Asked, Flow, Totals } from "./figures";

export type Fact = [name: string, value: string, detail?: string];

export interface Telling {
  world: World;
  asked: Asked;
  say: Say;
  numbers: Numbers;
  /** Titles of the two scenarios. */
  titles: { scenario: string; beside: string };
}

/** Bounds of the 80 % interval of a corridor in any year; undefined where there are none. */
export function interval(world: World, { scenario, year }: Asked, corridor: number): [number, number] | undefined {
  if (corridor < 0) return undefined;
  if (world.isPast(year)) {
    if (!world.has("past/low") || !world.has("past/high")) return undefined;
    const [from, to] = world.header.past;
    const at = corridor * (to - from + 1) + year - from;
    return [world.array("past/low")[at], world.array("past/high")[at]];
  }
  const bounds = world.flowBounds(scenario, corridor, year);
  return bounds && [Math.max(0, bounds.low80), bounds.high80];
}

export function between({ say, numbers }: Telling, [low, high]: [number, number]): string {
  return say("map.to", { low: numbers.persons(low), high: numbers.persons(high) });
}

export function factsOfFlow(telling: Telling, flow: Flow): Fact[] {
  const { world, asked, say, numbers } = telling;
  const facts: Fact[] = [[say(asked.direction === "net" ? "map.moves.net" : "map.moves"), numbers.persons(flow.value)]];
  const bounds = interval(world, asked, flow.corridor);
  if (bounds) facts.push([say(world.isPast(asked.year) ? "map.range" : "map.interval80"), between(telling, bounds)]);
  const evidence = evidenceOf(telling, flow);
  if (evidence && world.isPast(asked.year)) facts.push([say("map.evidence"), evidence]);
  if (asked.beside >= 0) facts.push(...compared(telling, flow));
  return facts;
}

export function evidenceOf({ world, say }: Telling, { corridor }: Flow): string {
  if (corridor < 0 || !world.has("corridor/evidence")) return "";
  return say(`map.evidence.${world.array("corridor/evidence")[corridor] as 0 | 1 | 2}`);
}

function compared({ say, numbers, titles }: Telling, { value, other }: Flow): Fact[] {
  const change = other - value;
  const share = value === 0 ? "" : ` (${numbers.percent(change / value, true)})`;
  return [[say("map.under", { name: titles.beside }), numbers.persons(other)], [say("map.change"), numbers.signed(change) + share]];
}

/** In, out and net of a node, with intervals where an area has them. */
export function factsOfNode(telling: Telling, totals: Totals, area: number | undefined): Fact[] {
  const { world, asked, say, numbers } = telling;
  const range = (measure: "moves_in" | "moves_out") => {
    const bounds = area === undefined ? undefined : world.bounds(asked.scenario, measure, area, asked.year);
    return bounds && `80 %: ${between(telling, [Math.max(0, bounds.low80), bounds.high80])}`;
  };
  return [
    [say("map.in"), numbers.persons(totals.in), range("moves_in")],
    [say("map.out"), numbers.persons(totals.out), range("moves_out")],
    [say("map.net"), numbers.signed(totals.in - totals.out)],
  ];
}

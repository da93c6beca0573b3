/** The figures of a step: what moves between two sides under a setting, and what both sides have of it. */
import type { World } from "../contents/world";
import { membersOf, scenarioOf } from "../shared/context";
import { settingOf, type Exercise, type Flow, type Step } from "./exercise";

export type Range = [low: number, high: number];

/** Persons a year, or on 1 January; US dollars a year. Not a number where the contents do not know. */
export interface FlowFigures {
  moves: number;
  back: number;
  legal: number;
  irregular: number;
  unmet: number;
  /** Revenue of smugglers, US dollars of 2016. */
  revenue: Range;
  /** Expected deaths on irregular moves. */
  deaths: Range;
  remittances: number;
  emigration: number;
  people: number;
  immigration: number;
  residents: number;
  /** Bounds of 80 % of the moves, of a single corridor in a run with draws. */
  bounds?: Range;
}

export interface Parts {
  legal: number;
  irregular: number;
  unmet: number;
}

/** Divide outward moves and the demand behind them as a split that is known divides its own. */
export function divided(outward: number, like: Parts): Parts {
  const moves = like.legal + like.irregular;
  const part = moves > 0 ? outward / moves : 0;
  return { legal: like.legal * part, irregular: like.irregular * part, unmet: like.unmet * part };
}

const kept = new WeakMap<World, Map<string, FlowFigures>>();

/** Figures of a flow of a step under one of its settings. */
export function figuresOf(world: World, exercise: Exercise, step: Step, lever: string, flow: Flow): FlowFigures {
  const found = kept.get(world) ?? kept.set(world, new Map()).get(world)!;
  const key = JSON.stringify([exercise.key, exercise.steps.indexOf(step), lever, flow.name]);
  const figures = found.get(key) ?? computed(world, exercise, step, lever, flow);
  found.set(key, figures);
  return figures;
}

function computed(world: World, exercise: Exercise, step: Step, lever: string, flow: Flow): FlowFigures {
  const scenarios = step.levers.map((name) => scenarioOf(world.header, settingOf(exercise, name).scenario));
  const scenario = scenarioOf(world.header, settingOf(exercise, lever).scenario);
  const [origins, destinations] = [places(world, flow.origins), places(world, flow.destinations)];
  const there = corridors(world, origins, destinations);
  const sum = (numbers: number[], of: (at: number) => number) => numbers.reduce((total, at) => total + of(at), 0);
  const parts = there.map((k) => partsOf(world, scenario, k, step.year, scenarios));
  const irregular = sum([...parts.keys()], (at) => parts[at].irregular);
  const bounds = there.length === 1 ? world.flowBounds(scenario, there[0], step.year) : undefined;
  return {
    moves: sum(there, (k) => world.flow(scenario, k, step.year)),
    back: sum(corridors(world, destinations, origins), (k) => world.flow(scenario, k, step.year)),
    legal: sum([...parts.keys()], (at) => parts[at].legal),
    irregular,
    unmet: sum([...parts.keys()], (at) => parts[at].unmet),
    revenue: [irregular * world.header.smuggling[0], irregular * world.header.smuggling[2]],
    deaths: deaths(world, there, parts),
    remittances: remittances(world, scenario, there, step.year),
    emigration: sum(origins, (area) => world.of(scenario, "moves_out", area, step.year)),
    people: sum(origins, (area) => world.of(scenario, "population", area, step.year)),
    immigration: sum(destinations, (area) => world.of(scenario, "moves_in", area, step.year)),
    residents: sum(destinations, (area) => world.of(scenario, "population", area, step.year)),
    bounds: bounds && [bounds.low80, bounds.high80],
  };
}

/** Positions of areas by their codes. */
export function places(world: World, codes: string[]): number[] {
  return codes.flatMap((code) => membersOf(world.header, code));
}

function corridors(world: World, origins: number[], destinations: number[]): number[] {
  return origins.flatMap((orig) => destinations.map((dest) => world.corridor(orig, dest))).filter((k) => k >= 0);
}

/**
 * Legal, irregular and unmet moves of a corridor. A setting without levers there has the shares that the first setting
 * of the step with levers states, so that all settings of a step are told alike.
 */
function partsOf(world: World, scenario: number, k: number, year: number, others: number[]): Parts {
  const own = world.split(scenario, k, year);
  if (own.lever) return own;
  const like = others.map((other) => world.splitBefore(other, k, year)).find(({ lever }) => lever) ?? own;
  return divided(own.legal + own.irregular, like);
}

function deaths(world: World, there: number[], parts: Parts[]): Range {
  if (!world.has("corridor/risk_low")) return [NaN, NaN];
  const [low, high] = ["low", "high"].map((end) => {
    const risk = world.array(`corridor/risk_${end}`);
    return there.reduce((sum, k, at) => sum + parts[at].irregular * risk[k], 0);
  });
  return [low, high];
}

/** What people abroad send home: known on some dates and not for all areas. */
function remittances(world: World, scenario: number, there: number[], year: number): number {
  const date = world.header.dates.indexOf(year);
  if (date < 0 || !world.has("s0/remittances")) return NaN;
  const values = world.level(scenario, "remittances");
  const known = there.map((k) => values[k * world.header.dates.length + date]).filter((value) => !Number.isNaN(value));
  return known.length ? known.reduce((sum, value) => sum + value, 0) : NaN;
}

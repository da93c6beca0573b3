/** What the legend says, for the page and for the downloaded map. */
import type { World } from "../contents/world";
import type { Numbers } from "../shared/numbers";
import type { Say } from "../words";
import { hasIntervals, SPREADS, STEPS, type Asked, type Grade, type Kind } from "./figures";
import { OPACITIES } from "./layers";
import { hasGrades, samples, type Most, type Scale } from "./scale";
import type { Nodes } from "./nodes";

/** A sample and what it means: a flow, or a circle. */
export interface Entry {
  text: string;
  sample: { kind: Kind; width: number; opacity: number; open: boolean } | { radius: number };
}

export interface Legend {
  entries: Entry[];
  remark: string;
}

export interface Explained {
  world: World;
  nodes: Nodes;
  asked: Asked;
  most: Most;
  scale: Scale;
  say: Say;
  numbers: Numbers;
  beside: string;
  /** Name of the one area or node whose flows are shown; empty for several. */
  only: string;
  /** Whether a flow shown has no interval. */
  open: boolean;
}

const PLAIN = 5;

export function legendOf(told: Explained): Legend {
  const { asked, say, world, nodes } = told;
  const bare = hasGrades(asked.view, asked.direction, nodes) && !world.isPast(asked.year) && !hasIntervals(world, asked.scenario);
  return {
    entries: [...widths(told), ...kinds(told), ...grades(told), circle(told)],
    remark: [say(asked.view === "difference" ? "map.legend.locked.difference" : "map.legend.locked"), bare && say("map.legend.bare")].filter(Boolean).join(" "),
  };
}

function flow(text: string, kind: Kind, width = PLAIN, opacity: number = OPACITIES[0], open = false): Entry {
  return { text, sample: { kind, width, opacity, open } };
}

function widths({ most, scale, say, numbers, asked }: Explained): Entry[] {
  const kind = asked.view === "level" ? "within" : "more";
  return samples(most.flow).map((persons) => flow(say("map.legend.width", { persons: numbers.persons(persons) }), kind, scale.width(persons)));
}

function kinds({ asked, say, beside, only }: Explained): Entry[] {
  if (asked.view !== "level") return [flow(say("map.legend.more", { beside }), "more"), flow(say("map.legend.fewer", { beside }), "fewer", PLAIN, OPACITIES[0], true)];
  const { direction, between, chosen } = asked;
  const ways = [...(direction === "out" ? [] : (["in"] as const)), ...(direction === "in" ? [] : (["out"] as const))];
  if (only) return ways.map((way) => flow(say(`map.legend.${way}.only`, { name: only }), way));
  if (!chosen) return [];
  const inner = chosen.size > 1 ? [flow(say("map.legend.within"), "within")] : [];
  return between ? inner : [...inner, ...ways.map((way) => flow(say(`map.legend.${way}`), way))];
}

function grades({ world, nodes, asked, say, open }: Explained): Entry[] {
  const shade = (grade: Grade, text: string, open = false) => flow(text, asked.view === "percent" ? "more" : "within", PLAIN, OPACITIES[grade], open);
  if (asked.view === "percent") return [0, 1, 2, 3].map((grade) => shade(grade as Grade, step(say, grade)));
  if (!hasGrades(asked.view, asked.direction, nodes)) return [];
  if (world.isPast(asked.year)) return [0, 1, 2].map((grade) => shade(grade as Grade, say(`map.legend.evidence.${(2 - grade) as 0 | 1 | 2}`)));
  if (!hasIntervals(world, asked.scenario)) return [];
  return (open ? [0, 1, 2, 3] : [0, 1, 2]).map((grade) => shade(grade as Grade, say(`map.legend.spread.${grade as Grade}`, { times: times(say, SPREADS[grade] ?? 0) }), grade === 3));
}

function step(say: Say, grade: number): string {
  return grade < STEPS.length ? say("map.legend.step", { from: 100 * STEPS[grade] }) : say("map.legend.step.last", { to: 100 * STEPS[STEPS.length - 1] });
}

/** 1.5 or 1,5, as the language writes it. */
function times(say: Say, value: number): string {
  return String(value).replace(".", say("map.point"));
}

function circle({ most, scale, say, numbers }: Explained): Entry {
  const [persons] = samples(most.circle / 2);
  return { text: say("map.legend.circle", { persons: numbers.persons(persons) }), sample: { radius: scale.radius(persons) } };
}

/** The main result in words. */
import type { World } from "../contents/world";
import { nameOf } from "../shared/controls";
import type { Numbers } from "../shared/numbers";
import type { Language } from "../contents/header";
import type { Say } from "../words";
import { sumsOf, type Asked } from "./figures";

/** What a sentence is about: words of the address, and the areas they mean. */
export interface Told {
  world: World;
  say: Say;
  numbers: Numbers;
  language: Language;
  words: string[];
  asked: Asked;
  /** Whether points are subregions. */
  regions: boolean;
}

/** "between members of CICA" and the like. */
export function whoMoves({ world, say, language, words, asked }: Told): string {
  if (!asked.chosen) return say("map.world");
  const names = words.map((word) => nameOf(world, word, language));
  if (words.length > 1) return say("map.listed", { names: names.join(", ") });
  const region = world.header.areas.some((area) => area.region === words[0] || area.subregion === words[0]);
  return say(region ? "map.parts" : "map.members", { group: names[0] });
}

export function mainResult(told: Told): string {
  const { world, say, asked } = told;
  const past = world.isPast(asked.year);
  if (asked.beside >= 0 && asked.view !== "level") return past ? say("map.same", { first: world.first }) : difference(told);
  const area = oneArea(told);
  if (area !== undefined) return ofArea(told, area);
  const { within } = sumsOf(world, asked.scenario, asked.year, asked.chosen);
  return say(past ? "map.past" : "map.future", { year: asked.year, persons: told.numbers.persons(within), who: whoMoves(told) });
}

/** The one area that all flows shown touch; undefined where there are several. */
function oneArea({ asked, regions }: Told): number | undefined {
  if (asked.only >= 0 && !regions) return asked.only;
  return asked.chosen?.size === 1 ? [...asked.chosen][0] : undefined;
}

function ofArea({ world, say, numbers, language, asked: { scenario, year } }: Told, area: number): string {
  return say(world.isPast(year) ? "map.area.past" : "map.area.future", {
    year,
    area: world.header.areas[area].name[language],
    in: numbers.persons(world.of(scenario, "moves_in", area, year)),
    out: numbers.persons(world.of(scenario, "moves_out", area, year)),
  });
}

function difference(told: Told): string {
  const { world, say, numbers, language, asked } = told;
  const titles = titlesOf(world, language, asked);
  const one = oneArea(told);
  const chosen = one === undefined ? asked.chosen : new Set([one]);
  const before = sumsOf(world, asked.scenario, asked.year, chosen);
  const after = sumsOf(world, asked.beside, asked.year, chosen);
  if (one !== undefined) {
    const area = world.header.areas[one].name[language];
    return say("map.area.differs", { year: asked.year, area, in: numbers.signed(after.in - before.in), out: numbers.signed(after.out - before.out), ...titles });
  }
  const change = after.within - before.within;
  return say(change < 0 ? "map.fewer" : "map.more", { year: asked.year, persons: numbers.persons(Math.abs(change)), who: whoMoves(told), ...titles });
}

/** What comes from outside a group and goes there; empty where that is not asked. */
export function outside({ world, say, numbers, asked }: Told): string {
  if (!asked.chosen || asked.chosen.size < 2 || asked.only >= 0 || (asked.beside >= 0 && asked.view !== "level")) return "";
  const sums = sumsOf(world, asked.scenario, asked.year, asked.chosen);
  return say(world.isPast(asked.year) ? "map.outside.past" : "map.outside", { in: numbers.persons(sums.in), out: numbers.persons(sums.out) });
}

export function titlesOf(world: World, language: Language, { scenario, beside }: Asked): { scenario: string; beside: string } {
  const title = (at: number) => world.header.scenarios[at]?.title[language === "en" ? "en" : "ru"] ?? "";
  return { scenario: title(scenario), beside: title(beside) };
}

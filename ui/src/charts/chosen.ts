/** What the chart pages look at: area or group, scenario, and the scenario beside it. */
import { nameOf } from "../shared/controls";
import { membersOf, scenarioOf, useShared, type Shared } from "../shared/context";
import { Numbers } from "../shared/numbers";
import type { View } from "../place";

export interface Chosen extends Shared {
  numbers: Numbers;
  /** Code of the area or key of the group, its name and its members. */
  word: string;
  name: string;
  members: number[];
  scenario: number;
  scenarioName: string;
  /** Position of the scenario beside; undefined without. */
  beside: number | undefined;
  besideName: string;
  /** Levels unless there is a scenario beside. */
  view: View;
}

/** The choice of the place; `fallback` stands where no area is chosen. */
export function useChosen(fallback: string): Chosen {
  const shared = useShared();
  const { world, place } = shared;
  const { header } = world;
  const language = place.language === "en" ? "en" : "ru";
  const word = place.areas.find((one) => membersOf(header, one).length) ?? fallback;
  const scenario = scenarioOf(header, place.scenario);
  const found = place.beside ? header.scenarios.findIndex(({ key }) => key === place.beside) : -1;
  const beside = found < 0 ? undefined : found;
  return {
    ...shared, word, scenario, beside,
    numbers: new Numbers(place.language),
    name: nameOf(world, word, place.language),
    members: membersOf(header, word),
    scenarioName: header.scenarios[scenario].title[language],
    besideName: beside === undefined ? "" : header.scenarios[beside].title[language],
    view: beside === undefined ? "level" : place.view,
  };
}

/** What a view shows of a value and of that of the scenario beside. */
export function viewed(view: View, value: number, beside: number | undefined): number {
  if (view === "level" || beside === undefined) return value;
  return view === "difference" ? beside - value : beside / value - 1;
}

/** A value of a view in words. */
export function inWords(numbers: Numbers, view: View, value: number): string {
  if (view === "percent") return numbers.percent(value, true);
  return view === "difference" ? numbers.signed(value) : numbers.persons(value);
}

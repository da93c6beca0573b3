/** The scenarios that a sheet compares, with their names in the reader's language. */
import { scenarioOf, type Shared } from "../shared/context";
import type { Compared } from "./panel";

export interface Scenarios {
  /** Positions of the scenario and of the one beside it. */
  scenario: number;
  beside: number | undefined;
  name: string;
  besideName: string;
  compared: Compared;
}

export function scenariosOf({ world, place, say }: Shared): Scenarios {
  const language = place.language === "en" ? "en" : "ru";
  const scenario = scenarioOf(world.header, place.scenario);
  const there = place.beside ? world.header.scenarios.findIndex(({ key }) => key === place.beside) : -1;
  const beside = there < 0 ? undefined : there;
  const name = world.header.scenarios[scenario].title[language];
  const besideName = beside === undefined ? "" : world.header.scenarios[beside].title[language];
  const names = {
    scenario: name, beside: besideName, difference: say("sheet.difference", { beside: besideName, name }),
    past: say("sheet.band.past"), wide: say("sheet.band.wide"), narrow: say("sheet.band.narrow"),
  };
  return { scenario, beside, name, besideName, compared: { scenario, beside, view: place.view, names } };
}

/** Unit of a figure: that of its measure, or per cent where the difference in per cent is shown. */
export function unitOf({ place, say }: Shared, { beside, name }: Scenarios, unit: string): { unit: string; percent: boolean } {
  const percent = beside !== undefined && place.view === "percent";
  return { unit: percent ? say("sheet.percent", { name }) : unit, percent };
}

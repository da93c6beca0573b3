/** Why moves change: the waterfall of causes, with what the scenario changes as its last step. */
import type { ComponentChildren } from "preact";
import { useShared } from "../shared/context";
import { Figure } from "../shared/figure";
import { nearest } from "../shared/controls";
import { Amounts } from "./amounts";
import { type Step, Waterfall } from "./waterfall";
import type { Key } from "../words";

export interface Change {
  /** For file names and ids. */
  name: string;
  title: string;
  /** Moves in 2025, and in the explained year in the baseline and in the scenario. */
  start: number;
  baseline: number;
  end: number;
  /** Parts of the causes, in the order of the header; undefined where the contents have none. */
  parts: number[] | undefined;
}

/** Position and year of the causes nearest to the chosen year. */
export function useCauseYear(): [number, number] {
  const { world, place } = useShared();
  const { causeYears } = world.header;
  const year = nearest(causeYears, place.year);
  return [causeYears.indexOf(year), year];
}

/** Choose one of the explained years: it becomes the year of the whole page. */
export function CauseYears() {
  const { world, place, go, say } = useShared();
  const { causeYears } = world.header;
  if (!causeYears.length) return null;
  return (
    <label class="sheet-check">{say("sheet.causeYear")}
      <select value={nearest(causeYears, place.year)} onChange={(event) => go({ year: Number(event.currentTarget.value) })}>
        {causeYears.map((year) => <option key={year} value={year}>{year}</option>)}
      </select>
    </label>
  );
}

/** One waterfall as a figure. */
export function CausesFigure({ change }: { change: Change }): ComponentChildren {
  const { world, place, say } = useShared();
  const [, year] = useCauseYear();
  const amounts = new Amounts(place.language, say);
  if (!change.parts) return <p>{say("sheet.causesMissing")}</p>;
  const parts = world.header.causes.map((cause, at): Step => ({ label: causeName(cause, say), value: change.parts?.[at] ?? 0 }));
  const steps = [...parts, { label: say("sheet.cause.scenario"), value: change.end - change.baseline }].filter(({ value }) => Math.abs(value) >= 0.5);
  const [start, end] = [{ label: String(world.first), value: change.start }, { label: String(year), value: change.end }];
  const told = [...steps].sort((one, other) => Math.abs(other.value) - Math.abs(one.value))[0];
  const label = say("sheet.causesSaid", {
    title: change.title, first: world.first, last: year, start: amounts.value("persons", change.start), end: amounts.value("persons", change.end),
    cause: told?.label ?? say("sheet.noChange"), change: told ? amounts.change("persons", told.value) : "",
  });
  const table = () => ({ columns: [say("sheet.cause"), say("sheet.personsYear")], rows: [start, ...steps, end].map((step) => [step.label, step.value]) });
  return (
    <Figure name={change.name} title={say("sheet.causesTitle", { title: change.title, first: world.first, last: year })} note={say("sheet.causesNote")} table={table}>
      <Waterfall label={label} start={start} steps={steps} end={end} unit={say("sheet.personsYear")} />
    </Figure>
  );
}

function causeName(cause: string, say: (key: Key) => string): string {
  const known: Record<string, Key> = {
    carried: "sheet.cause.carried", demography: "sheet.cause.demography", income: "sheet.cause.income",
    "climate through income": "sheet.cause.climateIncome", "climate direct": "sheet.cause.climateDirect", policy: "sheet.cause.policy",
  };
  return known[cause] ? say(known[cause]) : cause;
}

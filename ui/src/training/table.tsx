/** The figures of a flow as a table: the first setting of a step beside another, or all settings in columns. */
import { useShared } from "../shared/context";
import { Numbers } from "../shared/numbers";
import type { Key } from "../words";
import { settingOf, type Exercise, type Flow, type Step } from "./exercise";
import { figuresOf, type FlowFigures } from "./figures";
import type { Filling, Measure } from "./fill";
import { useTongue } from "./texts";

type Group = "between" | "route" | "origin" | "destination";
const GROUPS: Record<Group, Measure[]> = {
  between: ["moves", "back", "legal", "irregular", "unmet"],
  route: ["revenue", "deaths"],
  origin: ["emigration", "people", "remittances"],
  destination: ["immigration", "residents"],
};

export function FlowTable({ exercise, step, flow, levers, filling }: {
  exercise: Exercise;
  step: Step;
  flow: Flow;
  /** Names of the settings in columns; with two, the change from the first to the second stands beside them. */
  levers: string[];
  filling: Filling;
}) {
  const { world, place, say } = useShared();
  const words = useTongue();
  const numbers = new Numbers(place.language);
  const all = levers.map((lever) => figuresOf(world, exercise, step, lever, flow));
  const change = levers.length === 2;
  const titles = levers.map((lever) => words(settingOf(exercise, lever).title));
  const caption = say("training.table", { flow: words(flow.title), setting: titles[titles.length - 1] });
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={caption}>
      <table class="figures">
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{say("training.column.figure", { year: step.year })}</th>
            {titles.map((title) => <th key={title} scope="col">{title}</th>)}
            {change && <th scope="col">{say("training.column.change")}</th>}
          </tr>
        </thead>
        {(Object.keys(GROUPS) as Group[]).map((group) => (
          <tbody key={group}>
            <tr class="group"><th scope="rowgroup" colSpan={levers.length + (change ? 2 : 1)}>{say(`training.group.${group}`)}</th></tr>
            {GROUPS[group].map((measure) => (
              <tr key={measure}>
                <th scope="row">{say(`training.row.${measure}` as Key)}</th>
                {all.map((figures, at) => <td key={at}>{shown(figures, measure, numbers, filling)}{measure === "moves" && <Bounds figures={figures} filling={filling} />}</td>)}
                {change && <td>{changed(all, measure, numbers, filling)}</td>}
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}

function Bounds({ figures, filling }: { figures: FlowFigures; filling: Filling }) {
  const { say } = useShared();
  return figures.bounds ? <small>{say("training.row.bounds", { range: filling.range(figures.bounds) })}</small> : null;
}

function shown(figures: FlowFigures, measure: Measure, numbers: Numbers, filling: Filling): string {
  if (measure === "revenue") return filling.range(figures.revenue);
  if (measure === "deaths") return filling.persons(figures.deaths);
  return measure === "remittances" ? filling.rough(figures.remittances) : numbers.persons(figures[measure]);
}

/** The change from the first to the second, and in per cent; of ranges only that in per cent, which both ends share. */
function changed([first, second]: FlowFigures[], measure: Measure, numbers: Numbers, filling: Filling): string {
  if (measure === "revenue" || measure === "deaths") return share(second[measure][1] / first[measure][1] - 1, numbers);
  const difference = second[measure] - first[measure];
  if (Number.isNaN(difference)) return "";
  const size = measure === "remittances" ? `${difference > 0 ? "+" : ""}${filling.rough(difference)}` : numbers.signed(difference);
  const part = share(difference / first[measure], numbers);
  return part ? `${size} (${part})` : size;
}

/** A change in per cent; empty where it would be shown as none. */
function share(value: number, numbers: Numbers): string {
  return Number.isFinite(value) && Math.abs(value) >= 0.0005 ? numbers.percent(value, true) : "";
}

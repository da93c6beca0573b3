/** The page "components": births, deaths, net migration and people over all years. */
import "../charts/charts.css";
import { inWords, useChosen, viewed, type Chosen } from "../charts/chosen";
import { Legend } from "../charts/legend";
import { Trend, type Line } from "../charts/trend";
import type { Measure } from "../contents/header";
import type { Bounds } from "../contents/world";
import type { View } from "../place";
import { AreaPicker, nearest, ScenarioPicker, YearSlider } from "../shared/controls";
import { useShared } from "../shared/context";
import { Figure } from "../shared/figure";

const MEASURES = ["population", "net_migration", "births", "deaths"] as const;
type Component = (typeof MEASURES)[number];

export function ComponentsPage() {
  const { world: { header } } = useShared();
  const chosen = useChosen(header.group);
  const { world, say, go, place, word, name, members, view } = chosen;
  const year = nearest(world.years, place.year);
  const bounded = view === "level" && members.length === 1 && world.bounds(chosen.scenario, "births", members[0], world.first) !== undefined;
  return (
    <div class="charts">
      <h1>{say("components.title", { area: name })}</h1>
      <div class="controls">
        <AreaPicker label={say("chart.area")} value={word} groups onPick={(areas) => go({ areas: areas ? [areas] : [] })} />
        <ScenarioPicker />
        <YearSlider years={world.years} />
      </div>
      <p class="lead">{balance(chosen, year)}</p>
      <p class="note">{boundsSaid(chosen, bounded)}</p>
      <div class="panels">{MEASURES.map((measure) => <Panel key={measure} chosen={chosen} measure={measure} year={year} />)}</div>
    </div>
  );
}

/** A measure of the area, or the sum over the members of the group. */
function seriesOf({ world, members }: Chosen, scenario: number, measure: Measure): number[] {
  return members.map((area) => world.series(scenario, measure, area)).reduce((sums, one) => sums.map((value, i) => value + one[i]));
}

function balance(chosen: Chosen, year: number): string {
  const { world, say, numbers, name, scenario } = chosen;
  const at = year - world.years[0];
  const [people, migration, births, deaths] = MEASURES.map((measure) => seriesOf(chosen, scenario, measure)[at]);
  return say("components.balance", {
    year, area: name, people: numbers.persons(people), births: numbers.persons(births), deaths: numbers.persons(deaths), migration: numbers.signed(migration),
    kind: say(world.isPast(year) ? "shell.estimated" : "shell.projected"),
  });
}

function boundsSaid({ world, say, scenario, members, view }: Chosen, bounded: boolean): string {
  if (bounded) return say("chart.draws", { draws: world.header.scenarios[scenario].draws });
  if (view !== "level") return say("components.compared");
  return members.length > 1 ? say("components.groupBounds") : say("chart.noDraws");
}

/** A percentage of net migration, which may be near zero, says nothing: its difference is shown instead. */
function viewOf({ view }: Chosen, measure: Component): View {
  return measure === "net_migration" && view === "percent" ? "difference" : view;
}

function linesOf(chosen: Chosen, measure: Component): Line[] {
  const { world, scenario, beside, members } = chosen;
  const view = viewOf(chosen, measure);
  const mine = seriesOf(chosen, scenario, measure);
  const other = beside === undefined ? undefined : seriesOf(chosen, beside, measure);
  if (view !== "level") return [{ name: chosen.besideName, kind: "second", values: mine.map((value, i) => viewed(view, value, other?.[i])) }];
  const bounds = members.length === 1 ? world.years.map((year) => world.bounds(scenario, measure, members[0], year)) : undefined;
  return [
    { name: chosen.scenarioName, kind: "first", values: mine, bounds },
    // Scenarios share the past, which is drawn once.
    ...(other ? [{ name: chosen.besideName, kind: "second" as const, values: other.map((value, i) => (world.years[i] < world.first - 1 ? NaN : value)) }] : []),
  ];
}

function Panel({ chosen, measure, year }: { chosen: Chosen; measure: Component; year: number }) {
  const { world, say, go, numbers, name } = chosen;
  const view = viewOf(chosen, measure);
  const lines = linesOf(chosen, measure);
  const place = (one: number) => one - world.years[0];
  const range = (bounds: Bounds | undefined) => rangeSaid(chosen, bounds);
  const words = (value: number) => (Number.isFinite(value) ? inWords(numbers, measure === "net_migration" && view === "level" ? "difference" : view, value) : say("chart.unknown"));
  const known = (one: number) => lines.filter((line) => Number.isFinite(line.values[place(one)]));
  const said = (one: number) => `${one}: ${known(one).map((line) => {
    return (lines.length > 1 ? `${line.name}: ` : "") + words(line.values[place(one)]) + range(line.bounds?.[place(one)]);
  }).join("; ") || say("chart.unknown")}`;
  const subject = say(`components.${measure}`, { area: name }) + (view === "level" ? "" : `, ${say("chart.against", { beside: chosen.besideName, scenario: chosen.scenarioName })}`);
  const [last] = world.years.slice(-1);
  const title = say("components.result", { title: subject, first: world.first, last, start: words(lines[0].values[place(world.first)]), end: words(lines[0].values[place(last)]) });
  return (
    <Figure name={measure.replace("_", "-")} title={title} note={say(`components.unit.${measure}`) + (measure === "net_migration" && chosen.members.length > 1 ? ` ${say("components.netOfGroup")}` : "")} table={() => tableOf(chosen, measure, lines)}>
      <Legend entries={legendOf(chosen, lines, view)} />
      <Trend years={world.years} lines={lines} join={world.first} zero={view !== "level" || measure !== "population"} label={title} year={year} said={said}
        words={{ past: say("shell.estimated"), future: say("shell.projected") }} tick={(value) => (view === "percent" ? numbers.percentTick(value) : numbers.tick(value))}
        onYear={(one) => go({ year: one }, { replace: true })} />
    </Figure>
  );
}

function legendOf({ say, beside, scenarioName, besideName }: Chosen, lines: Line[], view: View): { kind: string; words: string }[] {
  const whose = beside === undefined ? "" : `, ${scenarioName}`;
  return [
    ...(view === "level" && beside !== undefined ? [{ kind: "first", words: scenarioName }, { kind: "second", words: besideName }] : []),
    ...(lines[0].bounds?.some(Boolean) ? [{ kind: "fan80", words: say("components.fan80") + whose }, { kind: "fan95", words: say("components.fan95") + whose }] : []),
  ];
}

function rangeSaid({ say, numbers }: Chosen, bounds: Bounds | undefined): string {
  if (!bounds) return "";
  const [low, high] = [numbers.persons(bounds.low95), numbers.persons(bounds.high95)];
  return low === high ? "" : ` (${say("chart.interval", { low, high })})`;
}

function tableOf(chosen: Chosen, measure: Component, lines: Line[]) {
  const { world, say, scenarioName, besideName } = chosen;
  const view = viewOf(chosen, measure);
  const factor = view === "percent" ? 100 : 1;
  const names = view === "level" ? lines.map((line) => line.name) : [`${say("chart.against", { beside: besideName, scenario: scenarioName })}, ${say(`view.${view}`)}`];
  const bounds = lines[0].bounds;
  const ends = ["low95", "low80", "high80", "high95"] as const;
  return {
    columns: [say("shell.year"), say("components.kind"), ...names.map((one) => `${say(`components.short.${measure}`)}: ${one}`), ...(bounds ? ends.map((end) => say(`chart.${end}`)) : [])],
    rows: world.years.map((year, i) => [
      year, say(world.isPast(year) ? "shell.estimated" : "shell.projected"), ...lines.map((line) => factor * line.values[i]), ...(bounds ? ends.map((end) => bounds[i]?.[end] ?? NaN) : []),
    ]),
  };
}

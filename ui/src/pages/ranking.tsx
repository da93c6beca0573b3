/** The page "ranking": the largest corridors of a year, and where they lead. */
import { Bars, type Bar } from "../charts/bars";
import "../charts/charts.css";
import { inWords, useChosen, viewed, type Chosen } from "../charts/chosen";
import { corridorsOf, keptShare, largest, OTHERS, streams, type Ranked, type Side } from "../charts/flows";
import { Legend } from "../charts/legend";
import { Sankey } from "../charts/sankey";
import type { Bounds } from "../contents/world";
import type { Direction } from "../place";
import { areaName } from "../shared/context";
import { AreaPicker, nearest, ScenarioPicker, YearSlider } from "../shared/controls";
import { Figure } from "../shared/figure";

const COUNTS = [10, 20, 40, 80];
const STREAMS = 10;
const WORLD = "World";

interface Shown extends Chosen {
  year: number;
  direction: Direction;
  rows: Ranked[];
}

export function RankingPage() {
  const chosen = useChosen(WORLD);
  const { world, place, say } = chosen;
  const year = nearest(world.years, place.year);
  const direction = place.direction === "net" ? "both" : place.direction;
  const members = chosen.members.length ? new Set(chosen.members) : new Set(world.header.areas.keys());
  const rows = corridorsOf(world, members, { direction, year, scenario: chosen.scenario, beside: chosen.beside });
  const shown = { ...chosen, year, direction, rows };
  return (
    <div class="charts">
      <h1>{say("ranking.title", { year })}</h1>
      <Controls chosen={chosen} direction={direction} />
      {rows.length ? <><Ranking {...shown} /><Streams {...shown} /></> : <p>{say("ranking.empty")}</p>}
    </div>
  );
}

function Controls({ chosen: { world, place, go, say, word, members }, direction }: { chosen: Chosen; direction: Direction }) {
  const whole = members.length === world.header.areas.length;
  return (
    <div class="controls">
      <AreaPicker label={say("chart.area")} value={word} groups onPick={(areas) => go({ areas: areas && areas !== WORLD ? [areas] : [] })} />
      <label>{say("ranking.direction")}
        <select value={direction} disabled={whole} onChange={(event) => go({ direction: event.currentTarget.value as Direction })}>
          {(["both", "in", "out"] as const).map((one) => <option key={one} value={one}>{say(`ranking.${one}`)}</option>)}
        </select>
      </label>
      <label>{say("ranking.count")}
        <select value={countOf(place.more)} onChange={(event) => go({ more: { bars: event.currentTarget.value } })}>
          {COUNTS.map((count) => <option key={count}>{count}</option>)}
        </select>
      </label>
      <ScenarioPicker />
      <YearSlider years={world.years} />
    </div>
  );
}

function countOf(more: Record<string, string>): number {
  return COUNTS.find((count) => String(count) === more.bars) ?? 20;
}

function Ranking(shown: Shown) {
  const { world, place, go, say, numbers, view, year, rows, scenario } = shown;
  const size = ({ value, beside }: Ranked) => (view === "difference" ? Math.abs(viewed(view, value, beside)) : value);
  const top = largest(rows, size, countOf(place.more));
  const bars = top.map((row) => barOf(shown, row));
  const bounds = (k: number) => (view === "level" ? world.flowBounds(scenario, k, year) : undefined);
  const legend = [
    ...(shown.beside !== undefined && view === "level" ? [{ kind: "solid", words: shown.scenarioName }, { kind: "hatched", words: shown.besideName }] : []),
    ...(bars.some(({ ends }) => ends) ? [{ kind: "interval", words: say("chart.interval95") }] : []),
    ...sidesOf(shown, top),
  ];
  return (
    <Figure name="ranking" title={titleOf(shown, bars[0], top)} note={noteOf(shown)} table={() => tableOf(shown, top, bounds)}>
      <Legend entries={legend} />
      <Bars bars={bars} label={titleOf(shown, bars[0], top)} tick={(value) => (view === "percent" ? numbers.percentTick(value) : numbers.tick(value))}
        onPick={(key) => go({ page: "corridor", orig: world.header.areas[world.orig[Number(key)]].iso3, dest: world.header.areas[world.dest[Number(key)]].iso3 })} />
    </Figure>
  );
}

function sidesOf({ say, name }: Chosen, rows: { side: Side }[]): { kind: string; words: string }[] {
  const there = (["in", "out", "within"] as const).filter((side) => rows.some((row) => row.side === side));
  return there.map((side) => ({ kind: side, words: say(`side.${side}`, { area: name }) }));
}

function corridorName({ world, place, say }: Chosen, k: number): string {
  return say("chart.corridor", { from: areaName(world.header, world.orig[k], place.language), to: areaName(world.header, world.dest[k], place.language) });
}

function barOf(shown: Shown, { k, side, value, beside }: Ranked): Bar {
  const { world, say, numbers, view, year, scenario } = shown;
  const bounds = view === "level" ? world.flowBounds(scenario, k, year) : undefined;
  const level = view === "level";
  const seen = viewed(view, value, beside);
  const said = inWords(numbers, view, seen);
  const name = corridorName(shown, k);
  const other = level && beside !== undefined ? `; ${shown.besideName}: ${numbers.persons(beside)}` : "";
  const range = bounds ? `; ${say("chart.interval", { low: numbers.persons(bounds.low95), high: numbers.persons(bounds.high95) })}` : "";
  return {
    key: String(k), name, side, value: Number.isFinite(seen) ? seen : 0, said,
    beside: level ? beside : undefined,
    ends: bounds && [Math.max(0, bounds.low95), bounds.high95],
    title: `${name}: ${said}${range}${other}`,
  };
}

function titleOf(shown: Shown, first: Bar, top: Ranked[]): string {
  const { say, view, year } = shown;
  if (view === "level") return say("ranking.first", { year, corridor: first.name, persons: first.said });
  if (top.every(({ value, beside }) => value === beside)) return say("ranking.same", { year });
  return say(view === "difference" ? "ranking.differs" : "ranking.percent", {
    year, corridor: first.name, change: first.said, scenario: shown.scenarioName, beside: shown.besideName,
  });
}

function noteOf({ world, say, year, view, scenario }: Shown): string {
  const draws = world.header.scenarios[scenario].draws;
  const parts = [say("ranking.unit"), say(world.isPast(year) ? "chart.past" : "chart.future")];
  if (!world.isPast(year) && view === "level") parts.push(draws ? `${say("chart.draws", { draws })} ${say("ranking.kept")}` : say("chart.noDraws"));
  return [...parts, say("ranking.open")].join(" ");
}

function tableOf(shown: Shown, top: Ranked[], bounds: (k: number) => Bounds | undefined) {
  const { world, say, place, year, beside } = shown;
  const area = (position: number) => areaName(world.header, position, place.language);
  const compared = beside === undefined ? [] : [shown.besideName, say("view.difference"), say("view.percent")];
  return {
    columns: [say("chart.origin"), say("chart.destination"), say("shell.year"), `${shown.scenarioName}, ${say("chart.movesUnit")}`, say("chart.low95"), say("chart.high95"), ...compared],
    rows: top.map(({ k, value, beside: other }) => [
      area(world.orig[k]), area(world.dest[k]), year, value, bounds(k)?.low95 ?? NaN, bounds(k)?.high95 ?? NaN,
      ...(other === undefined ? [] : [other, other - value, 100 * (other / value - 1)]),
    ]),
  };
}

function Streams(shown: Shown) {
  const { beside } = shown;
  const twice = beside !== undefined;
  return (
    <div class={twice ? "pair" : ""}>
      <StreamsOf shown={shown} name="streams" heading={twice ? shown.scenarioName : ""} rows={shown.rows} />
      {twice && <StreamsOf shown={shown} name="streams-beside" heading={shown.besideName} rows={shown.rows.map((row) => ({ ...row, value: row.beside ?? 0 }))} />}
    </div>
  );
}

function StreamsOf({ shown, name, heading, rows }: { shown: Shown; name: string; heading: string; rows: Ranked[] }) {
  const { world, say, place, numbers, year } = shown;
  const found = streams(world, rows, STREAMS);
  if (!found.length) return null;
  const area = (position: number) => (position === OTHERS ? say("chart.others") : areaName(world.header, position, place.language));
  const [first] = largest(found.filter(({ from, to }) => from !== OTHERS && to !== OTHERS), ({ value }) => value, 1);
  const whole = numbers.persons(found.reduce((sum, { value }) => sum + value, 0));
  const lead = first ? say("streams.lead", { from: area(first.from), to: area(first.to) }) : "";
  const kept = say("chart.kept", { share: numbers.percent(keptShare(world, shown.scenario, year)) });
  const title = `${heading ? `${heading}: ` : ""}${say("streams.title", { year, area: shown.name, whole })} ${lead}`.trim();
  return (
    <Figure name={name} title={title} note={`${say("streams.note", { count: STREAMS })} ${kept}`}
      table={() => ({ 
        columns: [say("chart.origin"), say("chart.destination"), say("ranking.direction"), say("shell.year"), say("chart.movesUnit")],
        rows: found.map(({ from, to, side, value }) => [area(from), area(to), say(`side.${side}`, { area: shown.name }), year, value]),
      })}>
      <Legend entries={sidesOf(shown, found)} />
      <Sankey streams={found} name={area} persons={(value) => numbers.persons(value)} label={title}
        said={(from, to, persons) => `${say("chart.corridor", { from, to })}: ${persons}`} />
    </Figure>
  );
}

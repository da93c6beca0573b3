/** What a draft changes: the demand of its corridors, and the largest changes in the world. */
import { useEffect, useMemo } from "preact/hooks";
import type { World } from "../contents/world";
import { areaName, useShared } from "../shared/context";
import { AreaPicker, nearest } from "../shared/controls";
import { Figure } from "../shared/figure";
import { Numbers } from "../shared/numbers";
import { Bars } from "./bars";
import { areaChanges, compared, largestChanges, leverCorridors, PARTS, type Change, type Compared } from "./changes";
import { CompareChoice, useStored, type Stored } from "./compare";
import { Lines } from "./lines";

const MOST = 10, MOST_AREAS = 6;

/** The corridors that the reader looks at. */
interface Looked {
  corridors: number[];
  all: boolean;
  levers: number;
  orig: string;
  dest: string;
  name: string;
}

export function Results({ world, scenario, finished }: { world: World; scenario: number; finished: string }) {
  const { place, say, tell } = useShared();
  const looked = useLooked(world, scenario);
  const figures = useMemo(() => compared(world, scenario, looked.corridors), [world, looked.corridors.join()]);
  const stored = useStored(looked.all ? undefined : looked, finished);
  const year = nearest(world.futureYears, Number(place.more.at) || world.header.future[1]);
  const result = sentence(figures, year, say, new Numbers(place.language));
  useEffect(() => tell(say("room.ready", { result })), [world]);
  return (
    <>
      <YearChoice years={world.futureYears} year={year} />
      <CorridorChoice looked={looked} />
      <CompareChoice stored={stored} one={!looked.all} />
      {looked.corridors.length > 0 ? <SplitFigure looked={looked} figures={figures} year={year} first={world.first} stored={stored} /> : <p>{say(looked.orig === looked.dest ? "room.same" : "room.few")}</p>}
      <LargestFigure world={world} scenario={scenario} year={year} />
      <AreasFigure world={world} scenario={scenario} year={year} />
    </>
  );
}

function YearChoice({ years, year }: { years: number[]; year: number }) {
  const { say, go } = useShared();
  return (
    <label class="year">{say("shell.year")}: <output>{year}</output>
      <input type="range" min={years[0]} max={years[years.length - 1]} value={year}
        onInput={(event) => go({ more: { at: event.currentTarget.value } }, { replace: true })} />
    </label>
  );
}

function useLooked(world: World, scenario: number): Looked {
  const { place, say } = useShared();
  const levers = useMemo(() => leverCorridors(world, scenario), [world]);
  const all = levers.length > 0 && place.more.shown !== "one";
  const { areas } = world.header;
  const usual = levers[0] ?? 0;
  const orig = place.orig || areas[world.orig[usual]].iso3;
  const dest = place.dest || areas[world.dest[usual]].iso3;
  const [from, to] = [orig, dest].map((code) => areas.findIndex(({ iso3 }) => iso3 === code));
  const k = from < 0 || to < 0 ? -1 : world.corridor(from, to);
  const name = all || from < 0 || to < 0
    ? say("room.all-levers", { count: levers.length })
    : `${areaName(world.header, from, place.language)} → ${areaName(world.header, to, place.language)}`;
  return { corridors: all ? levers : k < 0 ? [] : [k], all, levers: levers.length, orig, dest, name };
}

function CorridorChoice({ looked }: { looked: Looked }) {
  const { say, go } = useShared();
  return (
    <div class="row">
      {looked.levers > 0 && (
        <label>{say("room.shown")}
          <select value={looked.all ? "all" : "one"} onChange={(event) => go({ more: { shown: event.currentTarget.value } })}>
            <option value="all">{say("room.all-levers", { count: looked.levers })}</option>
            <option value="one">{say("room.one")}</option>
          </select>
        </label>
      )}
      {!looked.all && <AreaPicker label={say("room.from")} value={looked.orig} onPick={(orig) => go({ orig })} />}
      {!looked.all && <AreaPicker label={say("room.to")} value={looked.dest} onPick={(dest) => go({ dest })} />}
    </div>
  );
}

function sentence(figures: Compared, year: number, say: ReturnType<typeof useShared>["say"], numbers: Numbers): string {
  const at = figures.years.indexOf(year);
  const changes = PARTS.map((part) => figures.scenario[part][at] - figures.baseline[part][at]);
  if (changes.every((change) => Math.abs(change) < 10)) return say("room.split-same", { year });
  const [legal, irregular, unmet] = changes.map((change) => numbers.signed(change));
  return say("room.split-result", { year, legal, irregular, unmet });
}

function SplitFigure({ looked, figures, year, first, stored }: { looked: Looked; figures: Compared; year: number; first: number; stored: Stored }) {
  const { say, place } = useShared();
  const numbers = new Numbers(place.language);
  const result = sentence(figures, year, say, numbers);
  const lines = (years: number[], baseline: number[], scenario: number[]) => [
    { kind: "baseline" as const, years, values: baseline },
    { kind: "scenario" as const, years, values: scenario },
  ];
  const { moves, years } = figures;
  const { rows } = stored;
  const drawn = rows.length > 0 && rows[0].lower_80 !== undefined;
  const ran = rows.map((row) => row.year);
  const band = drawn ? { years: ran, low: rows.map((row) => row.lower_80 ?? NaN), high: rows.map((row) => row.upper_80 ?? NaN) } : undefined;
  const run = rows.length ? [{ kind: "run" as const, years: ran, values: rows.map((row) => row.central) }] : [];
  const inside = moves.years.filter((one) => one <= years[years.length - 1]);
  const table = () => ({
    columns: [say("room.column-year"), ...PARTS.flatMap((part) => [`${say(`room.${part}`)}: ${say("room.baseline-line")}`, `${say(`room.${part}`)}: ${say("room.scenario-line")}`]),
      `${say("room.moves")}: ${say("room.baseline-line")}`, `${say("room.moves")}: ${say("room.scenario-line")}`],
    rows: moves.years.map((one, i) => {
      const at = years.indexOf(one);
      const parts = PARTS.flatMap((part): (string | number)[] => (at < 0 ? ["", ""] : [figures.baseline[part][at], figures.scenario[part][at]]));
      return [one, ...parts, moves.baseline[i], moves.scenario[i]];
    }),
  });
  return (
    <Figure name="scenario-split" title={say("room.split-title", { where: looked.name })} note={say("room.split-note")} table={table}>
      <p class="result">{result}</p>
      <div class="panels">
        {PARTS.map((part) => (
          <Lines key={part} title={say(`room.${part}`)} label={`${say(`room.${part}`)}. ${result}`} years={years} first={first} numbers={numbers}
            lines={lines(years, figures.baseline[part], figures.scenario[part])} />
        ))}
        <Lines title={say("room.moves")} label={`${say("room.moves")}. ${result}`} years={inside} first={first} numbers={numbers}
          lines={[...lines(moves.years, moves.baseline, moves.scenario), ...run]} band={band} />
      </div>
      <p class="legend">
        <span><i class="sample scenario" /> {say("room.scenario-line")}</span>
        <span><i class="sample baseline" /> {say("room.baseline-line")}</span>
        {run.length > 0 && <span><i class="sample run" /> {say("room.run-line", { run: stored.name })}</span>}
        {band && <span><i class="sample band" /> {say("room.interval", { run: stored.name })}</span>}
      </p>
    </Figure>
  );
}

function LargestFigure({ world, scenario, year }: { world: World; scenario: number; year: number }) {
  const { say, place } = useShared();
  const changes = useMemo(() => largestChanges(world, scenario, year, MOST), [world, year]);
  const nameOf = (k: number) => [world.orig[k], world.dest[k]].map((at) => areaName(world.header, at, place.language)).join(" → ");
  return <ChangesFigure name="scenario-largest" words="largest" column={say("room.column-corridor")} {...{ changes, nameOf, year }} />;
}

function AreasFigure({ world, scenario, year }: { world: World; scenario: number; year: number }) {
  const { say, place } = useShared();
  const changes = useMemo(() => areaChanges(world, scenario, year, MOST_AREAS), [world, year]);
  const nameOf = (at: number) => areaName(world.header, at, place.language);
  return <ChangesFigure name="scenario-areas" words="areas" column={say("room.column-area")} {...{ changes, nameOf, year }} />;
}

function ChangesFigure({ name, words, column, changes, nameOf, year }: {
  name: string;
  words: "largest" | "areas";
  column: string;
  changes: Change[];
  nameOf: (at: number) => string;
  year: number;
}) {
  const { say, place } = useShared();
  const numbers = new Numbers(place.language);
  if (changes.length === 0) return <p>{say(`room.${words}-none`, { year })}</p>;
  const title = say(`room.${words}-title`, { year });
  const [first] = changes;
  const table = () => ({
    columns: [column, say("room.column-baseline"), say("room.column-difference")],
    rows: changes.map(({ at, baseline, difference }) => [nameOf(at), baseline, difference]),
  });
  return (
    <Figure name={name} title={title} note={say(`room.${words}-note`)} table={table}>
      <Bars changes={changes} nameOf={nameOf} numbers={numbers} label={`${title}: ${nameOf(first.at)}, ${numbers.signed(first.difference)}`} />
    </Figure>
  );
}

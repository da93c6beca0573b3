/** The page "corridor": everything on the moves from one area to another. */
import { areaName, useShared } from "../shared/context";
import { AreaPicker, ScenarioPicker, YearSlider } from "../shared/controls";
import { Amounts } from "../sheets/amounts";
import { AreaLink } from "../sheets/area_parts";
import { DemandCards } from "../sheets/cards";
import { CausesFigure, CauseYears, useCauseYear } from "../sheets/causes";
import { scenariosOf } from "../sheets/compared";
import { endsOf, pastBand } from "../sheets/corridor";
import { AbroadFigure, DemandFigure, MovesFigure, TypesTable } from "../sheets/corridor_figures";
import { CorridorError, CorridorEvidence } from "../sheets/evidence";
import { LedgerTable } from "../sheets/ledger_table";
import { causeSums, keptShare } from "../sheets/whole";
import "../sheets/sheets.css";

export function CorridorPage() {
  const { world, place, say } = useShared();
  const [orig, dest] = endsOf(world, place);
  const [from, to] = [orig, dest].map((area) => areaName(world.header, area, place.language));
  const way = say("sheet.way", { orig: from, dest: to });
  const k = world.corridor(orig, dest);
  return (
    <div class="sheet">
      <h1>{way}</h1>
      <Controls orig={orig} dest={dest} />
      {orig === dest ? <p>{say("sheet.same")}</p> : k < 0 ? <NotKept from={from} to={to} back={world.corridor(dest, orig) >= 0} /> : (
        <>
          <Headline k={k} from={from} to={to} />
          <DemandCards k={k} />
          <MovesFigure k={k} way={way} />
          <DemandFigure k={k} way={way} />
          <TypesTable k={k} way={way} orig={from} />
          <AbroadFigure k={k} orig={from} dest={to} />
          <Causes k={k} way={way} />
        </>
      )}
      {(k >= 0 || world.corridor(dest, orig) >= 0) && <LedgerTable orig={orig} dest={dest} />}
      <p class="note">
        {say("sheet.both")}<AreaLink code={world.header.areas[orig].iso3} words={from} />, <AreaLink code={world.header.areas[dest].iso3} words={to} />
      </p>
      {k >= 0 && <><CorridorError k={k} /><CorridorEvidence k={k} /></>}
    </div>
  );
}

function Controls({ orig, dest }: { orig: number; dest: number }) {
  const { world, place, go, say, tell } = useShared();
  const code = (area: number) => world.header.areas[area].iso3;
  const name = (area: number) => areaName(world.header, area, place.language);
  const swap = () => {
    go({ orig: code(dest), dest: code(orig) });
    tell(say("sheet.swapped", { orig: name(dest), dest: name(orig) }));
  };
  return (
    <div class="sheet-controls">
      <AreaPicker label={say("sheet.origin")} value={code(orig)} onPick={(word) => go({ orig: word, dest: place.dest || code(dest) })} />
      <button type="button" onClick={swap}>⇄ {say("sheet.swap")}</button>
      <AreaPicker label={say("sheet.destination")} value={code(dest)} onPick={(word) => go({ dest: word, orig: place.orig || code(orig) })} />
      <ScenarioPicker />
      <YearSlider years={world.years} />
    </div>
  );
}

function NotKept({ from, to, back }: { from: string; to: string; back: boolean }) {
  const { world, place, say } = useShared();
  const { numbers } = new Amounts(place.language, say);
  const share = numbers.percent(keptShare(world, 0, world.first));
  return <p class="sheet-lead">{say("sheet.notKept", { orig: from, dest: to, count: numbers.plain(world.corridors), share })} {back && say("sheet.backKept")}</p>;
}

/** The result in a sentence or three. */
function Headline({ k, from, to }: { k: number; from: string; to: string }) {
  const shared = useShared();
  const { world, place, say } = shared;
  const { scenario, beside, name, besideName } = scenariosOf(shared);
  const year = Math.min(world.header.future[1], Math.max(world.header.past[0], place.year));
  const amounts = new Amounts(place.language, say);
  const moves = world.flow(scenario, k, year);
  const words = [say(world.isPast(year) ? "sheet.headline.past" : "sheet.headline.projected", { year, orig: from, dest: to, scenario: name, moves: amounts.value("persons", moves) })];
  const bounds = world.flowBounds(scenario, k, year);
  if (bounds) words.push(say("sheet.headline.within", { range: amounts.range("persons", bounds.low80, bounds.high80) }));
  const past = world.isPast(year) && pastBand(world, k).find((one) => one.year === year);
  if (past) words.push(say("sheet.headline.pastWithin", { range: amounts.range("persons", past.low, past.high) }));
  if (year !== world.first) words.push(say("sheet.headline.since", { first: world.first, moves: amounts.value("persons", world.flow(scenario, k, world.first)) }));
  if (beside !== undefined && !world.isPast(year)) {
    const other = world.flow(beside, k, year);
    words.push(say("sheet.headline.beside", { scenario: besideName, moves: amounts.value("persons", other), change: amounts.change("persons", other - moves) }));
  }
  return <p class="sheet-lead">{words.join(" ")}</p>;
}

function Causes({ k, way }: { k: number; way: string }) {
  const shared = useShared();
  const { world, say } = shared;
  const { scenario } = scenariosOf(shared);
  const [at, year] = useCauseYear();
  const parts = world.has("s0/causes/flows") ? causeSums(world, "s0/causes/flows", [k], at) : undefined;
  const change = { name: "corridor-causes", title: way, start: world.flow(0, k, world.first), baseline: world.flow(0, k, year), end: world.flow(scenario, k, year), parts };
  return (
    <section>
      <h2>{say("sheet.causes")}</h2>
      <CauseYears />
      <CausesFigure change={change} />
    </section>
  );
}

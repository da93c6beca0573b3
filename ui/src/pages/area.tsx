/** The page "area": the sheet of an area, or of a group of areas. */
import { useMemo } from "preact/hooks";
import { membersOf, useShared } from "../shared/context";
import { AreaPicker, nameOf, ScenarioPicker, YearSlider } from "../shared/controls";
import { Amounts } from "../sheets/amounts";
import { AreaCards, AreaLink, Members, MovesOfArea, Partners, PopulationFigure, yearOf } from "../sheets/area_parts";
import { CausesFigure, CauseYears, useCauseYear } from "../sheets/causes";
import { scenariosOf } from "../sheets/compared";
import { WholeError, WholeEvidence } from "../sheets/evidence";
import { causesOf, isArea, isWorld, keptShare, measureOf, movesIn, type Whole, wholeOf } from "../sheets/whole";
import "../sheets/sheets.css";

export function AreaPage() {
  const { world, place, go, say } = useShared();
  const word = place.areas[0] ?? world.header.group;
  const whole = useMemo(() => wholeOf(world, membersOf(world.header, word)), [world, word]);
  const name = nameOf(world, word, place.language);
  return (
    <div class="sheet">
      <h1>{name}</h1>
      <div class="sheet-controls">
        <AreaPicker label={say("sheet.area")} value={word} groups onPick={(picked) => go({ areas: picked ? [picked] : [] })} />
        <ScenarioPicker />
        <YearSlider years={world.years} />
      </div>
      {whole.members.length ? <Sheet key={word} whole={whole} name={name} /> : <p>{say("area.unknown")}</p>}
    </div>
  );
}

function Sheet({ whole, name }: { whole: Whole; name: string }) {
  const group = !isArea(whole);
  return (
    <>
      <Headline whole={whole} name={name} />
      <AreaCards whole={whole} name={name} />
      {group ? <Edge whole={whole} /> : <Groups area={whole.members[0]} />}
      <MovesOfArea whole={whole} name={name} />
      <PopulationFigure whole={whole} name={name} />
      <Partners whole={whole} name={name} />
      <Causes whole={whole} name={name} />
      <WholeError whole={whole} />
      <WholeEvidence whole={whole} />
      {group && <Members whole={whole} name={name} />}
    </>
  );
}

/** The result in a sentence. */
function Headline({ whole, name }: { whole: Whole; name: string }) {
  const shared = useShared();
  const { world, place, say } = shared;
  const compared = scenariosOf(shared);
  const year = yearOf(shared);
  const amounts = new Amounts(place.language, say);
  const of = (measure: "moves_in" | "moves_out" | "net_migration") => measureOf(world, compared.scenario, whole, measure, year);
  const values = {
    year, name, scenario: compared.name,
    in: amounts.value("persons", of("moves_in")), out: amounts.value("persons", of("moves_out")), net: amounts.numbers.signed(of("net_migration")),
    within: amounts.value("persons", movesIn(world, compared.scenario, whole.within, year)),
  };
  const [now, past] = isWorld(world, whole)
    ? (["area.headline.world", "area.headline.worldPast"] as const)
    : isArea(whole)
      ? (["area.headline", "area.headline.past"] as const)
      : (["area.headline.group", "area.headline.groupPast"] as const);
  return <p class="sheet-lead">{say(world.isPast(year) ? past : now, values)}</p>;
}

/** How moves of a group are counted. */
function Edge({ whole }: { whole: Whole }) {
  const shared = useShared();
  const { world, place, say } = shared;
  const year = yearOf(shared);
  const { numbers } = new Amounts(place.language, say);
  return <p class="note">{say(isWorld(world, whole) ? "area.edgeWorld" : "area.edge", { year, share: numbers.percent(keptShare(world, 0, year)) })} {say("area.noRangeGroup")}</p>;
}

/** Links to the groups that an area belongs to. */
function Groups({ area }: { area: number }) {
  const { world, place, say } = useShared();
  const found = world.header.groups.filter(({ members }) => members.includes(area) && members.length < world.header.areas.length);
  if (!found.length) return null;
  return <p class="note">{say("area.other")}{found.map(({ key }, at) => <span key={key}>{at > 0 && ", "}<AreaLink code={key} words={nameOf(world, key, place.language)} /></span>)}</p>;
}

function Causes({ whole, name }: { whole: Whole; name: string }) {
  const shared = useShared();
  const { world, say } = shared;
  const { scenario } = scenariosOf(shared);
  const [at, year] = useCauseYear();
  if (isWorld(world, whole)) return null;
  const moves = (way: "into" | "out", s: number, when: number) =>
    isArea(whole) ? measureOf(world, s, whole, way === "into" ? "moves_in" : "moves_out", when) : movesIn(world, s, whole[way], when);
  const change = (way: "into" | "out") => ({
    name: `area-causes-${way}`,
    title: say(way === "into" ? "area.causesIn" : "area.causesOut", { name }),
    start: moves(way, 0, world.first), baseline: moves(way, 0, year), end: moves(way, scenario, year),
    parts: causesOf(world, whole, way, at),
  });
  return (
    <section>
      <h2>{say("sheet.causes")}</h2>
      <CauseYears />
      {!isArea(whole) && <p class="note">{say("area.causesGroup")}</p>}
      <div class="sheet-pair"><CausesFigure change={change("into")} /><CausesFigure change={change("out")} /></div>
    </section>
  );
}

/** Parts of the sheet of an area or a group: headline figures, figures over the years, partners, members. */
import type { Bounds, World } from "../contents/world";
import { writePlace } from "../place";
import { areaName, type Shared, useShared } from "../shared/context";
import { Figure } from "../shared/figure";
import { Amounts } from "./amounts";
import { Cards } from "./cards";
import { scenariosOf, unitOf } from "./compared";
import { type Asked, panelOf, tableOf } from "./panel";
import { Trend } from "./trend";
import { type Counted, isArea, isWorld, largest, measureOf, movesIn, type Whole } from "./whole";

interface Of {
  whole: Whole;
  name: string;
}
const SHOWN = 10;
const FIGURES = [["population", "population"], ["in", "moves_in"], ["out", "moves_out"], ["net", "net_migration"], ["within", "within"]] as const;

/** What an area, a group or the world can be asked for. */
function figuresOf(world: World, whole: Whole) {
  return FIGURES.filter(([, measure]) =>
    measure === "population" || (measure === "within" ? !isArea(whole) : !isWorld(world, whole)));
}

/** Population, moves in, moves out and net migration: the chosen year with its range, and 2025. */
export function AreaCards({ whole }: Of) {
  const shared = useShared();
  const { world, place, say } = shared;
  const { scenario, beside, besideName } = scenariosOf(shared);
  const amounts = new Amounts(place.language, say);
  const year = yearOf(shared);
  const word = (value: number, measure: Counted) => (measure === "net_migration" ? amounts.numbers.signed(value) : amounts.value("persons", value));
  const cards = figuresOf(world, whole).map(([title, measure]) => {
    const bounds = boundsOf(world, scenario, whole, measure, year);
    const of = (s: number, at: number) => word(measureOf(world, s, whole, measure, at), measure);
    return {
      title: say(`area.${title}`),
      what: say(measure !== "population" ? "sheet.inYear" : world.isPast(year) ? "sheet.onJuly" : "sheet.onJanuary", { year }),
      value: of(scenario, year),
      lines: [
        bounds ? say("sheet.range80", { range: say("sheet.range", { low: word(bounds.low80, measure), high: word(bounds.high80, measure) }) }) : "",
        year === world.first ? "" : say("area.inYear", { year: world.first, value: of(scenario, world.first) }),
        beside === undefined || world.isPast(year) ? "" : say("area.beside", { name: besideName, value: of(beside, year) }),
      ],
    };
  });
  return <Cards cards={cards} />;
}

/** The chosen year, or the nearest that the contents have. */
export function yearOf({ world, place }: Shared): number {
  return Math.min(world.header.future[1], Math.max(world.header.past[0], place.year));
}

function boundsOf(world: World, scenario: number, whole: Whole, measure: Counted, year: number): Bounds | undefined {
  return isArea(whole) && measure !== "within" ? world.bounds(scenario, measure, whole.members[0], year) : undefined;
}

function askedOf({ world }: Shared, whole: Whole, title: string, measure: Counted): Asked {
  return {
    title, years: world.years,
    value: (scenario, year) => measureOf(world, scenario, whole, measure, year),
    bounds: (scenario, year) => boundsOf(world, scenario, whole, measure, year),
  };
}

/** Population of all years. */
export function PopulationFigure({ whole, name }: Of) {
  const shared = useShared();
  const { world, place, say } = shared;
  const compared = scenariosOf(shared);
  const panels = [panelOf(world, askedOf(shared, whole, "", "population"), compared.compared)];
  const { past: [first], future: [, last] } = world.header;
  const amounts = new Amounts(place.language, say);
  const said = (year: number) => amounts.value("persons", measureOf(world, compared.scenario, whole, "population", year));
  const label = say("area.populationSaid", { name, scenario: compared.name, start: said(world.first), startYear: world.first, end: said(last), endYear: last });
  return (
    <Figure name="area-population" title={say("area.populationTitle", { name, first, last })} table={() => tableOf(panels, say("shell.year"))}>
      <Trend label={label} panels={panels} {...unitOf(shared, compared, say("sheet.personsMixed"))} />
    </Figure>
  );
}

/** Moves in, moves out and net migration of all years. */
export function MovesOfArea({ whole, name }: Of) {
  const shared = useShared();
  const { world, place, say } = shared;
  const compared = scenariosOf(shared);
  const panels = figuresOf(world, whole).slice(1).map(([title, measure]) => panelOf(world, askedOf(shared, whole, say(`area.${title}`), measure), compared.compared));
  const { past: [first, known], future: [, last] } = world.header;
  const amounts = new Amounts(place.language, say);
  const year = yearOf(shared);
  const said = (measure: Counted) => amounts.value("persons", measureOf(world, compared.scenario, whole, measure, year));
  const label = isWorld(world, whole)
    ? say("area.beside", { name: say("area.within"), value: said("within") })
    : say("area.movesSaid", { name, year, in: said("moves_in"), out: said("moves_out"), net: said("net_migration") });
  return (
    <Figure name="area-moves" title={say(isWorld(world, whole) ? "area.movesWorld" : "area.movesTitle", { name, first, last })} note={say("area.movesNote", { last: known })} table={() => tableOf(panels, say("shell.year"))}>
      <Trend label={label} panels={panels} {...unitOf(shared, compared, say("sheet.personsYear"))} />
    </Figure>
  );
}

/** The largest corridors into the whole, out of it, and within it, each with a link to its sheet. */
export function Partners({ whole, name }: Of) {
  const shared = useShared();
  const { say } = shared;
  const year = yearOf(shared);
  return (
    <section>
      <h2>{say("area.partners", { year })}</h2>
      <div class="sheet-pair">
        {!isWorld(shared.world, whole) && (
          <>
            <PartnerTable title={say("area.into", { name })} corridors={whole.into} year={year} />
            <PartnerTable title={say("area.outOf", { name })} corridors={whole.out} year={year} />
          </>
        )}
        {!isArea(whole) && <PartnerTable title={say("area.between", { name })} corridors={whole.within} year={year} />}
      </div>
      <p class="note">{say("area.partnersNote", { year })}</p>
    </section>
  );
}

function PartnerTable({ title, corridors, year }: { title: string; corridors: number[]; year: number }) {
  const shared = useShared();
  const { world, place, say } = shared;
  const { scenario } = scenariosOf(shared);
  const amounts = new Amounts(place.language, say);
  const all = movesIn(world, scenario, corridors, year);
  const years = year === world.first ? [year] : [world.first, year].sort();
  const shown = largest(world, scenario, corridors, year, SHOWN);
  if (!shown.length) return <div><h3>{title}</h3><p>{say("area.noPartners")}</p></div>;
  return (
    <div>
      <h3>{title}</h3>
      <div class="sheet-scroll" tabIndex={0}>
        <table class="sheet-table">
          <thead><tr>
            <th scope="col">{say("area.partner")}, {say("sheet.personsYear")}</th>
            {years.map((at) => <th key={at} scope="col">{at}</th>)}
            <th scope="col">{say("area.share")}</th>
          </tr></thead>
          <tbody>
            {shown.map((k) => (
              <tr key={k}>
                <th scope="row"><CorridorLink k={k} /></th>
                {years.map((at) => <td key={at}>{amounts.value("persons", world.flow(scenario, k, at))}</td>)}
                <td>{amounts.numbers.percent(world.flow(scenario, k, year) / all)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function CorridorLink({ k }: { k: number }) {
  const { world, place, go, say } = useShared();
  const [orig, dest] = [world.orig[k], world.dest[k]];
  const codes = { page: "corridor" as const, orig: world.header.areas[orig].iso3, dest: world.header.areas[dest].iso3 };
  const words = say("sheet.way", { orig: areaName(world.header, orig, place.language), dest: areaName(world.header, dest, place.language) });
  return <a href={writePlace({ ...place, ...codes })} onClick={(event) => { event.preventDefault(); go(codes); scrollTo(0, 0); }}>{words}</a>;
}

/** Links to the sheets of a group's members, by name. */
export function Members({ whole, name }: Of) {
  const { world, place, say } = useShared();
  const named = whole.members.map((area) => ({ code: world.header.areas[area].iso3, words: areaName(world.header, area, place.language) }));
  named.sort((one, other) => one.words.localeCompare(other.words, place.language));
  return (
    <section>
      <h2>{say("area.members", { name, count: named.length })}</h2>
      <ul class="sheet-members">{named.map(({ code, words }) => <li key={code}><AreaLink code={code} words={words} /></li>)}</ul>
    </section>
  );
}

/** A link to the sheet of an area or a group. */
export function AreaLink({ code, words }: { code: string; words: string }) {
  const { place, go } = useShared();
  const there = { page: "area" as const, areas: [code] };
  return <a href={writePlace({ ...place, ...there })} onClick={(event) => { event.preventDefault(); go(there); scrollTo(0, 0); }}>{words}</a>;
}

/** The figures over the years of a corridor. */
import { useShared } from "../shared/context";
import { Figure } from "../shared/figure";
import { Amounts } from "./amounts";
import { scenariosOf, unitOf } from "./compared";
import { abroadOf, abroadYears, otherEstimate, pastBand, projected, splitKnown, splits, typesOf } from "./corridor";
import { type Asked, type Marks, type Panel, panelOf, tableOf } from "./panel";
import { Trend } from "./trend";

interface Of {
  k: number;
  way: string;
}

/** Moves of all years: our estimate with its range, the other estimates, the projection with its range. */
export function MovesFigure({ k, way }: Of) {
  const shared = useShared();
  const { world, place, go, say } = shared;
  const compared = scenariosOf(shared);
  const all = place.more.independence === "yes";
  const marks = marksOf(shared, k, all);
  const bounded = world.flowBounds(compared.scenario, k, world.first) !== undefined;
  const asked: Asked = {
    title: "", years: world.years, past: pastBand(world, k), marks,
    value: (scenario, year) => world.flow(scenario, k, year),
    bounds: (scenario, year) => world.flowBounds(scenario, k, year),
  };
  const panels = [panelOf(world, asked, compared.compared)];
  const { past: [first, last], future: [, end] } = world.header;
  const amounts = new Amounts(place.language, say);
  const said = (year: number) => amounts.value("persons", world.flow(compared.scenario, k, year));
  const label = say("sheet.trendSaid", {
    way, scenario: compared.name, past: said(last), pastYear: last, first: said(world.first), firstYear: world.first, last: said(end), lastYear: end,
  });
  const notes = [say("sheet.trendNote", { last }), !bounded && say("sheet.noDraws"), !world.has("past/transitions") && say("sheet.noOther"), all && say("sheet.independenceNote")];
  return (
    <Figure name="corridor-moves" title={say("sheet.trend", { way, first, last: end })} note={notes.filter(Boolean).join(" ")} table={() => tableOf(panels, say("shell.year"))}>
      <Trend label={label} panels={panels} {...unitOf(shared, compared, say("sheet.personsYear"))} />
      {world.has("past/open") && (
        <label class="sheet-check">
          <input type="checkbox" checked={all} onChange={(event) => go({ more: { independence: event.currentTarget.checked ? "yes" : "" } }, { replace: true })} />
          {say("sheet.independence")}
        </label>
      )}
    </Figure>
  );
}

function marksOf({ world, say }: ReturnType<typeof useShared>, k: number, all: boolean): Marks[] {
  const found: Marks[] = [{ label: say("sheet.mark.transitions"), kind: "ring", points: otherEstimate(world, "past/transitions", k) }];
  if (all) found.push({ label: say("sheet.mark.open"), kind: "cross", points: otherEstimate(world, "past/open", k) });
  return found.filter(({ points }) => points.length > 0);
}

/** Legal, irregular and unmet over the projected years: the scenario, the baseline, the second scenario. */
export function DemandFigure({ k, way }: Of) {
  const shared = useShared();
  const { world, place, say } = shared;
  if (!splitKnown(world)) return null;
  const compared = scenariosOf(shared);
  const { scenario, beside } = compared;
  const years = world.futureYears;
  const lever = scenario > 0 && splits(world, scenario, k, world.first)[0].lever;
  const panels = (["legal", "irregular", "unmet"] as const).map((part): Panel => {
    const panel = panelOf(world, { title: say(`sheet.${part}`), years, value: (s, year) => splits(world, s, k, year)[0][part] }, compared.compared);
    const level = beside === undefined || place.view === "level";
    if (level && lever) panel.lines.push({ label: say("sheet.before"), kind: "before", points: years.map((year) => [year, splits(world, scenario, k, year)[1][part]]) });
    return panel;
  });
  const year = projected(world, place.year);
  const amounts = new Amounts(place.language, say);
  const now = splits(world, scenario, k, year)[0];
  const [legal, irregular, unmet] = [now.legal, now.irregular, now.unmet].map((value) => amounts.value("persons", value));
  const label = say("sheet.splitYearsSaid", { way, scenario: compared.name, year, legal, irregular, unmet });
  return (
    <Figure name="corridor-demand" title={say("sheet.splitYears", { way, first: years[0], last: years[years.length - 1] })} note={say("sheet.splitNote")} table={() => tableOf(panels, say("shell.year"))}>
      <Trend label={label} panels={panels} {...unitOf(shared, compared, say("sheet.personsYear"))} shared />
    </Figure>
  );
}

/** People born in the origin who live in the destination. */
export function AbroadFigure({ k, orig, dest }: { k: number; orig: string; dest: string }) {
  const shared = useShared();
  const { world, place, say } = shared;
  if (!world.has("s0/stocks")) return null;
  const compared = scenariosOf(shared);
  const years = abroadYears(world.header);
  const panels = [panelOf(world, { title: "", years, value: (scenario, year) => abroadOf(world, scenario, k, year) }, compared.compared)];
  const [first, last] = [years[0], years[years.length - 1]];
  const amounts = new Amounts(place.language, say);
  const said = (year: number) => amounts.value("persons", abroadOf(world, compared.scenario, k, year));
  const label = say("sheet.abroadSaid", { orig, dest, past: said(first), pastYear: first, last: said(last), lastYear: last });
  return (
    <Figure name="corridor-abroad" title={say("sheet.abroad", { orig, dest, first, last })} note={say("sheet.abroadNote")} table={() => tableOf(panels, say("shell.year"))}>
      <Trend label={label} panels={panels} {...unitOf(shared, compared, say("sheet.persons"))} />
    </Figure>
  );
}

/** Outward and other moves of the chosen year, in the scenario, the baseline and the second scenario. */
export function TypesTable({ k, way, orig }: Of & { orig: string }) {
  const shared = useShared();
  const { world, place, say } = shared;
  if (!splitKnown(world)) return null;
  const { scenario, beside, name, besideName } = scenariosOf(shared);
  const year = projected(world, place.year);
  const shown = [...new Set([0, scenario, ...(beside === undefined ? [] : [beside])])];
  const names = shown.map((s) => (s === scenario ? name : s === beside ? besideName : say("sheet.baseline")));
  const found = shown.map((s) => typesOf(world, s, k, year));
  const amounts = new Amounts(place.language, say);
  return (
    <section class="sheet-half">
      <h2>{say("sheet.types", { year, way })}</h2>
      <div class="sheet-scroll" tabIndex={0}>
        <table class="sheet-table">
          <thead><tr><th scope="col">{say("sheet.type")}, {say("sheet.personsYear")}</th>{names.map((one) => <th key={one} scope="col">{one}</th>)}</tr></thead>
          <tbody>
            {(["outward", "other", "all"] as const).map((type) => (
              <tr key={type}>
                <th scope="row">{say(`sheet.type.${type}`, { orig })}</th>
                {found.map((types, i) => <td key={i}>{amounts.value("persons", types[type])}</td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="note">{year !== place.year && `${say("sheet.splitFirst", { year })} `}{say("sheet.typesNote")}</p>
    </section>
  );
}

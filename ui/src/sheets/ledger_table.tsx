/** The ledger of two sides as a table: a row a figure, a column a side. */
import { areaName, useShared } from "../shared/context";
import { Figure } from "../shared/figure";
import type { Say } from "../words";
import { Amounts } from "./amounts";
import { scenariosOf } from "./compared";
import { type Amount, type Entry, ledgerOf, type Row, type Section, WORKING } from "./ledger";

const SECTIONS: Section[] = ["moves", "demand", "safety", "people", "money"];

export function LedgerTable({ orig, dest }: { orig: number; dest: number }) {
  const shared = useShared();
  const { world, place, say } = shared;
  const { scenario } = scenariosOf(shared);
  const amounts = new Amounts(place.language, say);
  const rows = ledgerOf(world, scenario, orig, dest, place.year);
  const names = [orig, dest].map((area) => areaName(world.header, area, place.language));
  const notes = [say("ledger.lead"), say("ledger.noteDemand"), say("ledger.noteSafety"), say("ledger.noteMoney")];
  return (
    <Figure name="corridor-ledger" title={say("ledger.title", { one: names[0], other: names[1] })} note={notes.join(" ")} table={() => unrounded(rows, names, say)}>
      <div class="sheet-scroll" tabIndex={0}>
        <table class="sheet-table sheet-ledger">
          <thead><tr><th scope="col">{say("ledger.figure")}</th>{names.map((name) => <th key={name} scope="col">{name}</th>)}</tr></thead>
          {SECTIONS.map((section) => (
            <tbody key={section}>
              <tr><th scope="colgroup" colSpan={3} class="sheet-section">{say(`ledger.${section}`)}</th></tr>
              {rows.filter((row) => row.section === section).map((row) => (
                <tr key={row.figure}>
                  <th scope="row">{nameOf(row, say)}<small>{unit(row, say)}</small></th>
                  {row.sides.map((entry, side) => <td key={side}>{row.kept[side] ? <Cell entry={entry} row={row} amounts={amounts} compared={scenario > 0} /> : say("ledger.notKept")}</td>)}
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      </div>
    </Figure>
  );
}

/** The scenario's value; below it its range, the baseline's value and the change. */
function Cell({ entry, row, amounts, compared }: { entry: Entry; row: Row; amounts: Amounts; compared: boolean }) {
  const { say } = useShared();
  const { baseline, scenario, difference } = entry;
  const known = Number.isFinite(scenario.value) || Number.isFinite(scenario.low);
  return (
    <>
      <strong>{worded(scenario, row, amounts)}</strong>
      {Number.isFinite(scenario.value) && Number.isFinite(scenario.low) && <small>{amounts.range(row.kind, scenario.low, scenario.high)}</small>}
      {compared && known && <small>{say("sheet.againstBaseline", { value: worded(baseline, row, amounts), change: changed(difference, row, amounts) })}</small>}
    </>
  );
}

function worded({ value, low, high }: Amount, { kind }: Row, amounts: Amounts): string {
  return Number.isFinite(value) || !Number.isFinite(low) ? amounts.value(kind, value) : amounts.range(kind, low, high);
}

function changed({ value, low, high }: Amount, { kind }: Row, amounts: Amounts): string {
  return Number.isFinite(value) ? amounts.change(kind, value) : amounts.changeRange(kind, low, high);
}

function nameOf({ figure }: Row, say: Say): string {
  return say(`ledger.${figure}`, { first: WORKING[0], last: WORKING[1], old: WORKING[1] + 1 });
}

function unit({ figure, kind, section, when }: Row, say: Say): string {
  if (figure === "revenue" || figure === "deaths") return say(`ledger.unit.${figure}`, { when });
  if (section === "money") return say("ledger.unit.money", { when });
  return say(kind === "ratio" ? "ledger.unit.ratio" : section === "people" ? "ledger.unit.date" : "ledger.unit.flow", { when });
}

/** The ledger's figures as they are, for the table and downloads. */
function unrounded(rows: Row[], names: string[], say: Say) {
  const cases = (["baseline", "scenario", "difference"] as const).flatMap((of) => (["value", "low", "high"] as const).map((end) => ({ of, end })));
  const titles = { baseline: say("sheet.baseline"), scenario: say("sheet.scenario"), difference: say("sheet.change") };
  const ends = { value: "", low: `, ${say("ledger.low")}`, high: `, ${say("ledger.high")}` };
  return {
    columns: [say("ledger.figure"), say("ledger.side"), ...cases.map(({ of, end }) => titles[of] + ends[end])],
    rows: rows.flatMap((row) => row.sides.map((entry, side) => [
      `${nameOf(row, say)}, ${unit(row, say)}`, names[side], ...cases.map(({ of, end }) => known(entry[of][end])),
    ])),
  };
}

function known(value: number): number | string {
  return Number.isFinite(value) ? value : "";
}


/** The legend inside a drawing, so that a downloaded drawing has it too. */
import type { BandKind, LineKind, MarkKind, Panel } from "./panel";
import { fitted, widthOf } from "./scale";

interface Entry {
  label: string;
  sort: "line" | "band" | "mark";
  kind: LineKind | BandKind | MarkKind;
}
const ROW = 20;
const SYMBOL = 28;

/** What all panels show, each thing once. */
export function legendOf(panels: Panel[]): Entry[] {
  const all = panels.flatMap(({ lines, bands, marks }): Entry[] => [
    ...lines.map(({ label, kind }) => ({ label, kind, sort: "line" as const })),
    ...bands.map(({ label, kind }) => ({ label, kind, sort: "band" as const })),
    ...marks.map(({ label, kind }) => ({ label, kind, sort: "mark" as const })),
  ]);
  return all.filter(({ sort, kind }, i) => all.findIndex((one) => one.sort === sort && one.kind === kind) === i);
}

function placed(entries: Entry[], width: number): { entry: Entry; x: number; y: number }[] {
  let x = 0;
  let y = 0;
  return entries.map((entry) => {
    const long = SYMBOL + widthOf(entry.label) + 18;
    if (x > 0 && x + long > width) [x, y] = [0, y + ROW];
    const at = { entry, x, y };
    x += long;
    return at;
  });
}

export function legendHeight(entries: Entry[], width: number): number {
  const rows = placed(entries, width);
  return rows.length ? rows[rows.length - 1].y + ROW : 0;
}

export function Legend({ entries, width }: { entries: Entry[]; width: number }) {
  return (
    <g>
      {placed(entries, width).map(({ entry, x, y }) => (
        <g key={`${entry.sort}${entry.kind}`} transform={`translate(${x},${y})`}>
          <Symbol entry={entry} />
          <text class="sheet-legend" x={SYMBOL} y={14}>{fitted(entry.label, width - SYMBOL)}</text>
        </g>
      ))}
    </g>
  );
}

function Symbol({ entry: { sort, kind } }: { entry: Entry }) {
  if (sort === "band") return <rect class={`sheet-band sheet-band-${kind}`} x={0} y={4} width={22} height={11} />;
  if (sort === "mark") return <g class={`sheet-mark sheet-mark-${kind}`}><Mark kind={kind as MarkKind} x={11} y={9} /></g>;
  return <g class={`sheet-line sheet-line-${kind}`}><path d="M0,9H22" /></g>;
}

/** A ring or a cross. */
export function Mark({ kind, x, y }: { kind: MarkKind; x: number; y: number }) {
  if (kind === "ring") return <circle cx={x} cy={y} r={4} />;
  return <path d={`M${x - 4},${y - 4}L${x + 4},${y + 4}M${x - 4},${y + 4}L${x + 4},${y - 4}`} />;
}

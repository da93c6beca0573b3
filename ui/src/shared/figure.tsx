/** The frame of a figure: title, drawing, note, the same figures as a table, and downloads of what is on the screen. */
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { useShared, type Shared } from "./context";
import { csv, json, save, xlsx } from "./download";
import "./figure.css";
import { made } from "./made";
import { Numbers } from "./numbers";
import { picture, png } from "./picture";

export interface Table {
  columns: string[];
  rows: (string | number)[][];
}

const TABLES = ["csv", "xlsx", "json"] as const;
const PICTURES = ["svg", "png"] as const;
type Kind = (typeof TABLES)[number] | (typeof PICTURES)[number];

export function Figure({ name, title, note, table, children }: {
  /** Short, for file names and ids: letters and hyphens. */
  name: string;
  title: string;
  note?: string;
  /** What the drawing shows, unrounded. */
  table: () => Table;
  /** The drawing: its first `svg` is what a download takes. */
  children: ComponentChildren;
}) {
  const { say } = useShared();
  const [open, setOpen] = useState(false);
  const whole = useRef<HTMLElement>(null);
  return (
    <figure id={name} ref={whole}>
      <figcaption>{title}</figcaption>
      <div class="drawing">{children}</div>
      {note && <p class="note">{note}</p>}
      <div class="figure-tools">
        <button type="button" aria-pressed={open} onClick={() => setOpen(!open)}>{say("figure.table")}</button>
        <Downloads name={name} title={title} table={table} drawing={() => whole.current?.querySelector<SVGSVGElement>(".drawing svg") ?? null} />
      </div>
      {open && <TableView {...table()} title={title} />}
    </figure>
  );
}

interface Wanted {
  name: string;
  title: string;
  table: () => Table;
  drawing: () => SVGSVGElement | null;
}

function Downloads(wanted: Wanted) {
  const shared = useShared();
  const { say, tell } = shared;
  const menu = useRef<HTMLDetailsElement>(null);
  const close = () => {
    if (!menu.current?.open) return;
    menu.current.open = false;
    menu.current.querySelector("summary")?.focus();
  };
  const take = async (kind: Kind) => {
    close();
    try {
      await deliver(kind, wanted, shared);
      tell(say("download.done", { file: `${wanted.name}.${kind}` }));
    } catch (fault) {
      tell(say("download.failed", { fault: (fault as Error).message }));
    }
  };
  return (
    <details class="menu" ref={menu} onKeyDown={(event) => event.key === "Escape" && close()}>
      <summary>{say("download.open")}</summary>
      <div class="menu-list">
        {[...TABLES, ...PICTURES].map((kind) => (
          <button key={kind} type="button" onClick={() => void take(kind)}>{say(`download.${kind}`)}</button>
        ))}
      </div>
    </details>
  );
}

async function deliver(kind: Kind, { name, title, table, drawing }: Wanted, shared: Shared): Promise<void> {
  const { facts, sums, programs, source } = made(shared, title);
  const file = `corridor-${name}.${kind}`;
  if (kind === "csv") return save(file, "text/csv;charset=utf-8", csv(table(), facts));
  if (kind === "json") return save(file, "application/json", json(table(), programs));
  if (kind === "xlsx") {
    const names = { figures: shared.say("download.figures"), made: shared.say("download.made") };
    return save(file, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx(table(), [...facts, ...sums], names));
  }
  const drawn = drawing();
  if (!drawn) throw new Error(shared.say("download.noDrawing"));
  const image = picture(drawn, title, source, facts);
  return kind === "svg" ? save(file, "image/svg+xml", image.text) : save(file, "image/png", await png(image, facts));
}

/** Figures as a table, rounded as people read them. */
export function TableView({ columns, rows, title }: Table & { title?: string }) {
  const { place } = useShared();
  const numbers = new Numbers(place.language);
  return (
    <div class="scroll" role="region" aria-label={title ?? columns.join(", ")} tabIndex={0}>
      <table>
        <thead><tr>{columns.map((column) => <th key={column} scope="col">{column}</th>)}</tr></thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i}>{row.map((cell, j) => (
              typeof cell === "number" ? <td key={j} class="number">{numbers.cell(cell)}</td> : <td key={j}>{cell}</td>
            ))}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

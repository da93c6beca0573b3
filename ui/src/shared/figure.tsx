/** The frame of a figure: title, drawing, note, and the same figures as a table. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { useShared } from "./context";

export interface Table {
  columns: string[];
  rows: (string | number)[][];
}

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
  return (
    <figure id={name}>
      <figcaption>{title}</figcaption>
      {children}
      {note && <p class="note">{note}</p>}
      <button type="button" aria-pressed={open} onClick={() => setOpen(!open)}>{say("figure.table")}</button>
      {open && <TableView {...table()} />}
    </figure>
  );
}

export function TableView({ columns, rows }: Table) {
  return (
    <div class="scroll" tabIndex={0}>
      <table>
        <thead><tr>{columns.map((column) => <th key={column} scope="col">{column}</th>)}</tr></thead>
        <tbody>{rows.map((row, i) => <tr key={i}>{row.map((cell, j) => <td key={j}>{cell}</td>)}</tr>)}</tbody>
      </table>
    </div>
  );
}

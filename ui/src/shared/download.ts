/** What leaves the screen: figures as CSV, XLSX and JSON, drawings as SVG and PNG. Each says how it was made. */
import { strToU8, zipSync } from "fflate";
import type { Table } from "./figure";

/** How a figure was made, as pairs of a name and what it says. */
export type Facts = [name: string, value: string][];
type Cell = string | number;

/** Spreadsheets take text that begins so for a formula; an apostrophe before it keeps it text. */
const FORMULA = /^[=+\-@\t\r]/;

/** RFC 4180 with a byte order mark. The facts follow the figures after an empty row, in as many fields. */
export function csv({ columns, rows }: Table, facts: Facts): string {
  const width = Math.max(2, columns.length);
  const all: Cell[][] = [columns, ...rows, [], ...facts];
  return `\ufeff${all.map((row) => padded(row, width).map(field).join(",")).join("\r\n")}\r\n`;
}

function padded(row: Cell[], width: number): Cell[] {
  return Array.from({ length: width }, (_, i) => row[i] ?? "");
}

function field(cell: Cell): string {
  if (typeof cell === "number") return Number.isFinite(cell) ? String(cell) : "";
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The same facts for programs, with the figures. */
export function json({ columns, rows }: Table, facts: Record<string, unknown>): string {
  return `${JSON.stringify({ ...facts, columns, rows }, (_, value: unknown) => (Number.isNaN(value) ? null : value), 2)}\n`;
}

const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/** A workbook of a sheet of figures and a sheet of facts. Text is stored as text, so it never becomes a formula. */
export function xlsx(table: Table, facts: Facts, names: { figures: string; made: string }): Uint8Array {
  const parts: Record<string, string> = {
    "[Content_Types].xml":
      `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
      `<Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/>` +
      `<Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/>` +
      [1, 2].map((i) => `<Override PartName="/xl/worksheets/sheet${i}.xml" ContentType="${TYPE}.worksheet+xml"/>`).join("") +
      "</Types>",
    "_rels/.rels": relations([["officeDocument", "xl/workbook.xml"]]),
    "xl/workbook.xml":
      `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>` +
      [names.figures, names.made].map((name, i) => `<sheet name="${xml(name)}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`).join("") +
      "</sheets></workbook>",
    "xl/_rels/workbook.xml.rels": relations([["worksheet", "worksheets/sheet1.xml"], ["worksheet", "worksheets/sheet2.xml"], ["styles", "styles.xml"]]),
    "xl/styles.xml": STYLES,
    "xl/worksheets/sheet1.xml": sheet([table.columns, ...table.rows], table.columns.map((_, i) => (i ? 18 : 34))),
    "xl/worksheets/sheet2.xml": sheet(facts, [34, 100], false),
  };
  const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
  return zipSync(Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, strToU8(head + text)])));
}

const STYLES =
  `<styleSheet xmlns="${MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
  '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
  "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>" +
  '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
  '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>';

function relations(targets: [type: string, target: string][]): string {
  const each = targets.map(([type, target], i) => `<Relationship Id="rId${i + 1}" Type="${OFFICE}/${type}" Target="${target}"/>`);
  return `<Relationships xmlns="${PACKAGE}/relationships">${each.join("")}</Relationships>`;
}

function sheet(rows: Cell[][], widths: number[], head = true): string {
  const cols = widths.map((width, i) => `<col min="${i + 1}" max="${i + 1}" width="${width}" customWidth="1"/>`).join("");
  const pane = head ? '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' : "";
  const data = rows.map((row, i) => `<row r="${i + 1}">${row.map((cell, j) => cellOf(cell, column(j) + (i + 1), head && i === 0)).join("")}</row>`);
  return `<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0">${pane}</sheetView></sheetViews><cols>${cols}</cols><sheetData>${data.join("")}</sheetData></worksheet>`;
}

function cellOf(cell: Cell, at: string, bold: boolean): string {
  if (typeof cell === "number") return Number.isFinite(cell) ? `<c r="${at}"><v>${cell}</v></c>` : "";
  return `<c r="${at}" t="inlineStr"${bold ? ' s="1"' : ""}><is><t xml:space="preserve">${xml(cell)}</t></is></c>`;
}

/** A, B ... Z, AA ... */
export function column(position: number): string {
  const letter = String.fromCharCode(65 + (position % 26));
  return position < 26 ? letter : column(Math.floor(position / 26) - 1) + letter;
}

function xml(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** Hand a file to the reader. */
export function save(name: string, type: string, content: string | Uint8Array | Blob): void {
  const blob = content instanceof Blob ? content : new Blob([content as BlobPart], { type });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

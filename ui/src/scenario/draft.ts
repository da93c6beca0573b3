/** A scenario that is being written: what its file says, as text for the command line, and in the address. */
import { deflateSync, inflateSync, strFromU8, strToU8 } from "fflate";
import type { Schema, Table } from "../shared/server";

export const LEVERS = ["pathway", "visa", "enforcement", "regularisation", "return_programme", "policy"] as const;
export type Section = (typeof LEVERS)[number];
export type Lever = Table;
/** What a scenario file says: fields that the forms do not know stay as they are. */
export type Draft = Table;

/** Order in which files state their tables. */
const SECTIONS = ["climate", "income", "channels", "parameters", "policy", "pathway", "visa", "enforcement", "regularisation", "return_programme", "demand"];
const HEAD = ["title", "description", "overrides"];

export function leversOf(draft: Draft, section: Section): Lever[] {
  return (draft[section] as Lever[] | undefined) ?? [];
}

/** A draft with other fields in one of its tables; what is undefined is left out. */
export function withFields(draft: Draft, section: string, change: Table): Draft {
  const table = dropped({ ...(draft[section] as Table | undefined), ...change });
  return dropped({ ...draft, [section]: Object.keys(table).length ? table : undefined });
}

/** A draft with other fields of a lever. */
export function withLever(draft: Draft, section: Section, at: number, change: Table): Draft {
  const levers = leversOf(draft, section).map((lever, i) => (i === at ? dropped({ ...lever, ...change }) : lever));
  return { ...draft, [section]: levers };
}

export function withoutLever(draft: Draft, section: Section, at: number): Draft {
  const levers = leversOf(draft, section).filter((_, i) => i !== at);
  return dropped({ ...draft, [section]: levers.length ? levers : undefined });
}

/** A draft with one more lever, whose fields are the schema's examples. */
export function withNewLever(draft: Draft, section: Section, schema: Schema, name: string, ends: Table): Draft {
  const part = partOf(schema, section);
  const demanded = (part.required ?? []).map((field) => [field, part.properties?.[field].examples?.[0]]);
  const usual: Partial<Record<Section, Table>> = { visa: { refusals: 1.1 }, pathway: { unit: "times", kind: "work", capacity: 1.5 } };
  const lever = { ...Object.fromEntries(demanded), ...usual[section], ...ends, name: nameFor(draft, section, name), status: "J" };
  return { ...draft, [section]: [...leversOf(draft, section), lever] };
}

function nameFor(draft: Draft, section: Section, name: string): string {
  const taken = new Set(leversOf(draft, section).map((lever) => lever.name));
  let number = 1;
  while (taken.has(number === 1 ? name : `${name} ${number}`)) number++;
  return number === 1 ? name : `${name} ${number}`;
}

function dropped(table: Table): Table {
  return Object.fromEntries(Object.entries(table).filter(([, value]) => value !== undefined));
}

/** The schema of the fields of a table, or of one lever. */
export function partOf(schema: Schema, section: string): Schema {
  const found = schema.properties?.[section];
  const part = found?.items ?? found ?? {};
  return part.$ref ? { ...schema.$defs?.[part.$ref.split("/").pop() ?? ""], ...part } : part;
}

/** The file that `corridor run FILE` takes. */
export function tomlOf(draft: Draft): string {
  const lines = HEAD.filter((key) => filled(draft[key])).map((key) => `${key} = ${written(draft[key])}`);
  for (const section of SECTIONS) {
    const content = draft[section];
    if (Array.isArray(content)) {
      for (const lever of content as Lever[]) lines.push("", `[[${section}]]`, ...pairs(lever));
    } else if (content && Object.keys(content).length) lines.push("", `[${section}]`, ...pairs(content as Table));
  }
  return `${lines.join("\n")}\n`;
}

function filled(value: unknown): boolean {
  return value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0);
}

function pairs(table: Table): string[] {
  return Object.entries(table).filter(([, value]) => value !== undefined && value !== "").map(([key, value]) => `${keyed(key)} = ${written(value)}`);
}

function keyed(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : text(key);
}

function written(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(written).join(", ")}]`;
  if (typeof value === "string") return text(value);
  if (value && typeof value === "object") return `{ ${pairs(value as Table).join(", ")} }`;
  return String(value);
}

/** JSON and TOML write texts alike, but for one character. */
function text(value: string): string {
  return JSON.stringify(value).replaceAll("\x7f", "\\u007f");
}

/** A draft as short letters of an address. */
export function packDraft(draft: Draft): string {
  const packed = deflateSync(strToU8(JSON.stringify(draft)), { level: 9 });
  return btoa(String.fromCharCode(...packed)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The draft that an address holds; undefined where it holds none. */
export function unpackDraft(letters: string | undefined): Draft | undefined {
  if (!letters) return undefined;
  try {
    const bytes = atob(letters.replaceAll("-", "+").replaceAll("_", "/"));
    const draft: unknown = JSON.parse(strFromU8(inflateSync(Uint8Array.from(bytes, (letter) => letter.charCodeAt(0)))));
    return draft && typeof draft === "object" && !Array.isArray(draft) ? sound(draft as Draft) : undefined;
  } catch {
    return undefined;
  }
}

/** Leave out what has not the form of a table or of a list of tables: an address may hold anything. */
function sound(draft: Draft): Draft {
  const isTable = (value: unknown) => value !== null && typeof value === "object" && !Array.isArray(value);
  const fits = ([key, value]: [string, unknown]) =>
    (LEVERS as readonly string[]).includes(key) ? Array.isArray(value) && value.every(isTable)
      : SECTIONS.includes(key) ? isTable(value)
        : key === "overrides" ? Array.isArray(value) : typeof value === "string";
  return { title: "", ...Object.fromEntries(Object.entries(draft).filter(fits)) };
}

/** A name for a run and its file: small letters, digits and hyphens. */
export function fileName(title: string): string {
  const plain = title.toLowerCase().normalize("NFKD").replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
  return plain.slice(0, 50) || "scenario";
}

/** Why a value is no value of a field, by its schema: "missing", "range", or nothing. */
export function fault(value: unknown, schema: Schema, required: boolean): "missing" | "range" | "whole" | undefined {
  if (value === undefined || value === "" || (Array.isArray(value) && value.length === 0)) return required ? "missing" : undefined;
  if (typeof value !== "number") return undefined;
  if (Number.isNaN(value)) return "range";
  if (schema.type === "integer" && !Number.isInteger(value)) return "whole";
  const [low, high] = limits(schema);
  return value < low || value > high ? "range" : undefined;
}

export function limits(schema: Schema): [number, number] {
  return [schema.minimum ?? (schema.exclusiveMinimum === undefined ? -Infinity : schema.exclusiveMinimum + 1), schema.maximum ?? Infinity];
}

/** The forms of the scenario room: climate and income, channels, and levers. */
import { useState } from "preact/hooks";
import { useShared } from "../shared/context";
import { Numbers } from "../shared/numbers";
import type { Doubt, Problem, Schema, Table } from "../shared/server";
import type { Key } from "../words";
import { LEVERS, leversOf, partOf, withFields, withLever, withNewLever, withoutLever, type Draft, type Section } from "./draft";
import { Field, type Notes } from "./fields";

interface FormProps {
  draft: Draft;
  schema: Schema;
  problems: Problem[];
  doubts: Doubt[];
  onChange: (draft: Draft) => void;
}

/** Fields of a lever in the order in which people think of them; others follow under "more". */
const FIRST = ["name", "origins", "destinations", "kind", "capacity", "unit", "requirement", "refusals", "asylum_refusals", "stopped", "effect"];
const THEN = ["start", "ramp", "phase_in", "end", "source", "status"];

/** Pathways of emissions and of incomes, and damages. */
export function WorldForm({ draft, schema, problems, doubts, onChange }: FormProps) {
  const { say } = useShared();
  const notesOf = useNotes(problems, doubts);
  const field = (section: "climate" | "income", name: string, label: Key) => {
    const part = partOf(schema, section).properties?.[name];
    const table = (draft[section] as Table | undefined) ?? {};
    return part && (
      <Field name={name} label={say(label)} schema={part} value={table[name]} required={false} notes={notesOf(`${section}.${name}`)}
        onChange={(value) => onChange(withFields(draft, section, { [name]: value }))} />
    );
  };
  const ownPath = (draft.climate as Table | undefined)?.warming !== undefined;
  return (
    <fieldset>
      <legend>{say("room.world")}</legend>
      <div class="row">
        {!ownPath && field("climate", "pathway", "field.pathway")}
        {!ownPath && field("climate", "percentile", "field.percentile")}
        {field("income", "pathway", "field.income")}
        {field("income", "damages", "field.damages")}
      </div>
    </fieldset>
  );
}

/** A switch for every channel. */
export function ChannelsForm({ draft, schema, onChange }: FormProps) {
  const { say } = useShared();
  const set = (draft.channels as Record<string, boolean> | undefined) ?? {};
  const names = Object.keys(schema.properties?.channels.properties ?? {}).filter((name) => name !== "all");
  return (
    <details class="channels">
      <summary>{say("room.channels")}</summary>
      <p class="note">{say("room.channels-note")}</p>
      {names.map((name) => (
        <label key={name}>
          <input type="checkbox" checked={set[name] ?? set.all ?? true}
            onChange={(event) => onChange(withFields(draft, "channels", { [name]: event.currentTarget.checked }))} />
          {say(`channel.${name}` as Key)}
        </label>
      ))}
    </details>
  );
}

/** All levers, and a way to one more. */
export function LeversForm(props: FormProps) {
  const { say, tell, world, place } = useShared();
  const { draft, schema, onChange } = props;
  const [sort, setSort] = useState<Section>("pathway");
  const count = LEVERS.reduce((sum, section) => sum + leversOf(draft, section).length, 0);
  const add = () => {
    const [orig, dest] = [world.orig[0], world.dest[0]].map((at) => world.header.areas[at].iso3);
    const ends = { origins: [place.orig || orig], destinations: [place.dest || dest] };
    const name = say(`section.${sort}`);
    onChange(withNewLever(draft, sort, schema, name, ends));
    tell(say("room.added", { name }));
  };
  return (
    <section aria-labelledby="levers">
      <h2 id="levers">{say("room.levers")}</h2>
      {count === 0 && <p>{say("room.no-levers")}</p>}
      {LEVERS.flatMap((section) => leversOf(draft, section).map((_, at) => <LeverCard key={`${section} ${at}`} {...props} section={section} at={at} />))}
      <div class="add">
        <label>{say("room.add")}
          <select value={sort} onChange={(event) => setSort(event.currentTarget.value as Section)}>
            {LEVERS.map((section) => <option key={section} value={section}>{say(`section.${section}`)}</option>)}
          </select>
        </label>
        <button type="button" onClick={add}>{say("room.add-button")}</button>
      </div>
    </section>
  );
}

function LeverCard({ draft, schema, problems, doubts, onChange, section, at }: FormProps & { section: Section; at: number }) {
  const { say, tell } = useShared();
  const lever = leversOf(draft, section)[at];
  const part = partOf(schema, section);
  const notesOf = useNotes(problems, doubts, section, String(lever.name));
  const known = Object.keys(part.properties ?? {});
  const first = [...FIRST, ...(section === "regularisation" ? ["share"] : []), ...THEN].filter((name) => known.includes(name));
  const field = (name: string) => part.properties && (
    <Field key={name} name={name} label={say(`field.${name}` as Key)} schema={part.properties[name]} value={lever[name]}
      required={part.required?.includes(name) ?? false} notes={notesOf(`${section}[${at + 1}].${name}`)} slider={sliderOf(name, lever)}
      onChange={(value) => onChange(withLever(draft, section, at, { [name]: value }))} />
  );
  return (
    <details class="lever" open={at === 0 || added(lever)}>
      <summary><strong>{say(`section.${section}`)}</strong> {String(lever.name)}</summary>
      {notesOf(`${section}[${at + 1}]`).wrong.map((words) => <p key={words} class="wrong">{words}</p>)}
      <div class="row">{first.map(field)}</div>
      <details class="more">
        <summary>{say("room.more")}</summary>
        <div class="row">{known.filter((name) => !first.includes(name)).map(field)}</div>
      </details>
      <button type="button" onClick={() => {
        onChange(withoutLever(draft, section, at));
        tell(say("room.removed", { name: String(lever.name) }));
      }}>{say("room.remove")}</button>
    </details>
  );
}

/** Whether a lever was added here and not yet worked out: its source is still the schema's example. */
function added(lever: Table): boolean {
  return lever.source === "our example";
}

/** Ends and step of the slider of a field; those of a capacity depend on its unit. */
function sliderOf(name: string, lever: Table): [number, number, number] | undefined {
  if (name === "capacity") return lever.unit === "times" ? [0, 5, 0.05] : [0, 200_000, 1000];
  const ends: Record<string, [number, number, number]> = {
    refusals: [0.1, 5, 0.1], asylum_refusals: [0.1, 5, 0.1], stopped: [0, 0.95, 0.01], share: [0, 1, 0.01], effect: [-3, 3, 0.05],
  };
  return ends[name];
}

/** What is to be said under a field. */
function useNotes(problems: Problem[], doubts: Doubt[], section?: string, lever?: string): (column: string) => Notes {
  const { say, place } = useShared();
  const numbers = new Numbers(place.language);
  const sentence = (doubt: Doubt) => {
    const values = Object.fromEntries(Object.entries(doubt).map(([key, value]) => [key, typeof value === "number" && key !== "last" ? numbers.plain(value, value < 10 ? 1 : 0) : value]));
    const judged = ["late", "never-full"].includes(doubt.kind) ? "" : ` ${say("doubt.judgement")}`;
    return say(`doubt.${doubt.kind}` as Key, values) + judged;
  };
  return (column) => {
    const field = column.split(".").pop();
    const own = (doubt: Doubt) => (lever === undefined
      ? doubt.column === column
      : doubt.column.startsWith(`${section}[`) && doubt.lever === lever && doubt.column.split(".").pop() === field);
    return {
      wrong: problems.filter((problem) => problem.column === column || problem.column?.startsWith(`${column}[`)).map(problemWords),
      doubts: doubts.filter(own).map(sentence),
    };
  };
}

/** A problem as a sentence and a remedy. */
export function problemWords({ fault, remedy }: Problem): string {
  return `${fault[0].toUpperCase()}${fault.slice(1)}. ${remedy}`;
}

/** Form fields made from what the schema of scenario files says. */
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { useShared } from "../shared/context";
import { AreaPicker, nameOf } from "../shared/controls";
import { Numbers } from "../shared/numbers";
import type { Schema } from "../shared/server";
import type { Key, Say } from "../words";
import { fault, limits } from "./draft";

/** What stands under a field: what is wrong, or what is hardly plausible. */
export interface Notes {
  wrong: string[];
  doubts: string[];
}

interface FieldProps {
  name: string;
  label: string;
  schema: Schema;
  value: unknown;
  required: boolean;
  notes: Notes;
  /** Ends and step of a slider beside the number. */
  slider?: [number, number, number];
  onChange: (value: unknown) => void;
}

/** A field of any kind, with its notes. */
export function Field(props: FieldProps) {
  const { say, place } = useShared();
  const { schema, value, required, notes } = props;
  const here = fault(value, schema, required);
  const wrong = here ? [faultWords(here, schema, say, new Numbers(place.language))] : notes.wrong;
  const shown = { ...props, notes: { wrong, doubts: notes.doubts } };
  if (schema.enum) return <Choice {...shown} />;
  if (schema.type === "array" && schema.items?.type === "integer") return <Ages {...shown} />;
  if (schema.type === "array") return <Places {...shown} />;
  if (schema.type === "number" || schema.type === "integer") return <NumberField {...shown} />;
  return <TextField {...shown} />;
}

function faultWords(kind: "missing" | "range" | "whole", schema: Schema, say: Say, numbers: Numbers): string {
  const [low, high] = limits(schema);
  if (kind === "missing") return say("room.missing");
  if (kind === "whole") return say("room.whole");
  const year = schema.exclusiveMinimum !== undefined && high < 2200;
  const plain = (value: number) => (year ? String(value) : numbers.plain(value, Number.isInteger(value) ? 0 : 2));
  return high === Infinity ? say("room.least", { low: plain(low) }) : say("room.range", { low: plain(low), high: plain(high) });
}

/** A label, its control and its notes; the control is told of the notes. */
function Labelled({ label, notes, children }: { label: string; notes: Notes; children: (ids: { id: string; described: string | undefined }) => ComponentChildren }) {
  const id = useId();
  const any = notes.wrong.length + notes.doubts.length > 0;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, described: any ? `${id}-notes` : undefined })}
      <div id={`${id}-notes`} aria-live="polite">
        {notes.wrong.map((words) => <p key={words} class="wrong">{words}</p>)}
        {notes.doubts.map((words) => <p key={words} class="doubt">{words}</p>)}
      </div>
    </div>
  );
}

function Choice({ label, name, schema, value, required, notes, onChange }: FieldProps) {
  const { say } = useShared();
  const empty = name === "pathway" || name === "damages" ? "room.baseline-value" : "room.usual";
  return (
    <Labelled label={label} notes={notes}>{({ id, described }) => (
      <select id={id} aria-describedby={described} aria-invalid={notes.wrong.length > 0} value={String(value ?? "")}
        onChange={(event) => onChange(event.currentTarget.value || undefined)}>
        {!required && <option value="">{say(empty)}</option>}
        {schema.enum?.map((word) => <option key={word} value={word}>{choiceWords(word, say)}</option>)}
      </select>
    )}</Labelled>
  );
}

/** The word of a choice; names of pathways, such as SSP3-7.0, stay as they are. */
function choiceWords(word: string, say: Say): string {
  return word.startsWith("SSP") ? word : say(`choice.${word}` as Key);
}

function TextField({ label, name, value, required, notes, onChange }: FieldProps) {
  const long = name === "description";
  return (
    <Labelled label={label} notes={notes}>{({ id, described }) => {
      const shared = { id, "aria-describedby": described, "aria-invalid": notes.wrong.length > 0, value: String(value ?? "") };
      const given = (text: string) => onChange(text || (required ? "" : undefined));
      return long
        ? <textarea {...shared} rows={3} onInput={(event) => given(event.currentTarget.value)} />
        : <input {...shared} type="text" onInput={(event) => given(event.currentTarget.value)} />;
    }}</Labelled>
  );
}

function NumberField({ label, schema, value, notes, slider, required, onChange }: FieldProps) {
  const { say } = useShared();
  const given = (text: string) => onChange(text === "" ? (required ? "" : undefined) : Number(text));
  const step = slider?.[2] ?? (schema.type === "integer" ? 1 : 0.01);
  const number = typeof value === "number" ? value : undefined;
  return (
    <Labelled label={label} notes={notes}>{({ id, described }) => (
      <div class="number">
        {slider && (
          <input type="range" aria-label={label} min={slider[0]} max={Math.max(slider[1], number ?? 0)} step={step}
            value={number ?? slider[0]} onInput={(event) => onChange(Number(event.currentTarget.value))} />
        )}
        <input id={id} type="number" aria-describedby={described} aria-invalid={notes.wrong.length > 0} step="any"
          value={number ?? ""} placeholder={required ? undefined : say("room.usual")} onInput={(event) => given(event.currentTarget.value)} />
      </div>
    )}</Labelled>
  );
}

function Ages({ label, schema, value, notes, onChange }: FieldProps) {
  const ends = Array.isArray(value) ? (value as number[]) : [];
  const [low, high] = limits(schema.items ?? {});
  const given = (at: number, text: string) => {
    const next = [ends[0] ?? low, ends[1] ?? high];
    if (text === "") return onChange(undefined);
    next[at] = Number(text);
    onChange(next);
  };
  return (
    <Labelled label={label} notes={notes}>{({ id, described }) => (
      <div class="number">
        {[0, 1].map((at) => (
          <input key={at} id={at ? undefined : id} aria-label={`${label} ${at + 1}`} aria-describedby={described} type="number" min={low} max={high}
            value={ends[at] ?? ""} onInput={(event) => given(at, event.currentTarget.value)} />
        ))}
      </div>
    )}</Labelled>
  );
}

/** A list of areas and groups: each can be taken out, and others added. */
function Places({ label, value, notes, onChange }: FieldProps) {
  const { world, place, say } = useShared();
  const listed = Array.isArray(value) ? (value as string[]) : [];
  const [round, setRound] = useState(0);
  const add = (word: string) => {
    setRound(round + 1); // an empty search again
    if (word && !listed.includes(word)) onChange([...listed, word]);
  };
  return (
    <fieldset class="field places" aria-invalid={notes.wrong.length > 0}>
      <legend>{label}</legend>
      <ul>
        {listed.map((word) => {
          const name = nameOf(world, word, place.language);
          return (
            <li key={word}>{name}
              <button type="button" aria-label={say("room.remove-place", { name })} onClick={() => onChange(listed.filter((one) => one !== word))}>×</button>
            </li>
          );
        })}
      </ul>
      <AreaPicker key={round} label={say("room.add-place")} value="" onPick={add} groups />
      {notes.wrong.map((words) => <p key={words} class="wrong">{words}</p>)}
      {notes.doubts.map((words) => <p key={words} class="doubt">{words}</p>)}
    </fieldset>
  );
}

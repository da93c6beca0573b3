/** Controls that several pages share. */
import { useEffect, useId, useMemo, useState } from "preact/hooks";
import type { World } from "../contents/world";
import { membersOf, scenarioOf, useShared } from "./context";
import "./controls.css";

/** Choose the scenario, a second one beside it, and what of both is shown. */
export function ScenarioPicker({ beside = true, views = true }: { beside?: boolean; views?: boolean }) {
  const { world, place, go, say } = useShared();
  const language = place.language === "en" ? "en" : "ru";
  const offered = world.header.scenarios.filter(({ exercise, key }) => !exercise || key === place.scenario || key === place.beside);
  const options = offered.map(({ key, title }) => <option key={key} value={key}>{title[language]}</option>);
  return (
    <>
      <label class="scenario">{say("shell.scenario")}<select value={world.header.scenarios[scenarioOf(world.header, place.scenario)].key} onChange={(event) => go({ scenario: event.currentTarget.value })}>{options}</select></label>
      {beside && (
        <label class="scenario">{say("control.beside")}<select value={place.beside} onChange={(event) => go({ beside: event.currentTarget.value })}>
          <option value="">{say("control.nothing")}</option>{options}
        </select></label>
      )}
      {beside && views && place.beside && (
        <label>{say("control.view")}<select value={place.view} onChange={(event) => go({ view: event.currentTarget.value as "level" })}>
          {(["level", "difference", "percent"] as const).map((view) => <option key={view} value={view}>{say(`view.${view}`)}</option>)}
        </select></label>
      )}
    </>
  );
}

/** The year: slider, arrow keys, and a button that plays. */
export function YearSlider({ years }: { years: number[] }) {
  const { world, place, go, say } = useShared();
  const [playing, setPlaying] = useState(false);
  const year = nearest(years, place.year);
  useEffect(() => {
    if (!playing) return undefined;
    const next = years[years.indexOf(year) + 1];
    if (next === undefined) {
      setPlaying(false);
      return undefined;
    }
    const timer = setTimeout(() => go({ year: next }, { replace: true }), 400);
    return () => clearTimeout(timer);
  }, [playing, year]);
  const id = useId();
  return (
    <div class="years">
      <button type="button" aria-pressed={playing} onClick={() => {
        if (!playing && year === years[years.length - 1]) go({ year: years[0] }, { replace: true });
        setPlaying(!playing);
      }}>{say(playing ? "control.pause" : "control.play")}</button>
      <label for={id} class="hidden">{say("shell.year")}</label>
      <span class="track">
        <input id={id} type="range" min={0} max={years.length - 1} value={years.indexOf(year)}
          aria-valuetext={`${year}, ${say(world.isPast(year) ? "shell.estimated" : "shell.projected")}`}
          onInput={(event) => go({ year: years[Number(event.currentTarget.value)] }, { replace: true })} />
        <Join years={years} />
      </span>
      <output for={id}>{year} <small>{say(world.isPast(year) ? "shell.estimated" : "shell.projected")}</small></output>
    </div>
  );
}

/** Where the estimated past ends and the projection begins, marked under the slider; nothing where all years are of one kind. */
function Join({ years }: { years: number[] }) {
  const { world, say } = useShared();
  const at = years.findIndex((year) => !world.isPast(year));
  if (at <= 0) return null;
  return (
    <span aria-hidden="true">
      <span class="end">{years[0]}</span>
      <span class="join" style={`--at: ${at / (years.length - 1)}`}>
        <small class="before">{say("shell.estimated")}</small>
        <small class="after">{years[at]}: {say("shell.projected")}</small>
      </span>
      <span class="end last">{years[years.length - 1]}</span>
    </span>
  );
}

export function nearest(years: number[], year: number): number {
  return years.reduce((best, one) => (Math.abs(one - year) < Math.abs(best - year) ? one : best), years[0]);
}

/** Search for an area (or a group): the field completes names in the reader's language, and codes. */
export function AreaPicker({ label, value, onPick, groups = false }: {
  label: string;
  /** Code of an area, key of a group, or empty. */
  value: string;
  onPick: (word: string) => void;
  groups?: boolean;
}) {
  const { world, place, say } = useShared();
  const id = useId();
  const shown = (word: string) => nameOf(world, word, place.language);
  const [fault, setFault] = useState(false);
  const pick = (written: string) => {
    const found = written.trim() === "" ? "" : meant(world, written, groups);
    setFault(found === undefined);
    if (found !== undefined && found !== value) onPick(found);
  };
  const offered = useMemo(() => (
    <>
      {groups && world.header.groups.map(({ key, name }) => <option key={key} value={name[place.language === "en" ? "en" : "ru"]} />)}
      {world.header.areas.map(({ name, iso3 }) => <option key={iso3} value={name[place.language]}>{iso3}</option>)}
    </>
  ), [world, groups, place.language]);
  return (
    <label>{label}
      <input list={id} value={shown(value)} aria-invalid={fault} autocomplete="off"
        onFocus={(event) => event.currentTarget.select()}
        onInput={(event) => chosen(event) && pick(event.currentTarget.value)}
        onChange={(event) => pick(event.currentTarget.value)} />
      <datalist id={id}>{offered}</datalist>
      {fault && <small class="fault" role="alert">{say("control.unknown")}</small>}
    </label>
  );
}

/** Whether a name was taken from the list that the field offers, rather than written letter by letter. */
function chosen(event: Event): boolean {
  const { inputType } = event as InputEvent;
  return inputType === undefined || inputType === "insertReplacementText";
}

/** Name of an area or a group; the word itself where there is none. */
export function nameOf(world: World, word: string, language: "en" | "ru" | "kk"): string {
  const group = world.header.groups.find(({ key }) => key === word);
  if (group) return group.name[language === "en" ? "en" : "ru"];
  const [position] = membersOf(world.header, word);
  return position === undefined ? word : world.header.areas[position].name[language];
}

function meant(world: World, written: string, groups: boolean): string | undefined {
  const word = written.trim().toLocaleLowerCase();
  const same = (names: string[]) => names.some((name) => name.toLocaleLowerCase() === word);
  const starts = (names: string[]) => names.some((name) => name.toLocaleLowerCase().startsWith(word));
  const all = [
    ...(groups ? world.header.groups.map(({ key, name }) => ({ key, names: [key, ...Object.values(name)] })) : []),
    ...world.header.areas.map(({ iso3, name }) => ({ key: iso3, names: [iso3, ...Object.values(name)] })),
  ];
  return (all.find(({ names }) => same(names)) ?? all.find(({ names }) => starts(names)))?.key;
}

/** Exercises as the header of the contents holds them; `corridor.explorer.exercises` writes them. */
import type { Header, Language } from "../contents/header";

/** A text in both languages; a blank line begins a new paragraph. */
export type Bilingual = Record<"en" | "ru", string>;

export interface Setting {
  name: string;
  title: Bilingual;
  description: Bilingual;
  /** Key of its scenario in the header. */
  scenario: string;
}

export interface Flow {
  name: string;
  title: Bilingual;
  /** ISO codes of areas. */
  origins: string[];
  destinations: string[];
}

export interface Look {
  page: "map" | "area" | "corridor" | "chord" | "ranking" | "pyramid" | "components" | "scenario";
  title: Bilingual;
  areas: string[];
  orig: string;
  dest: string;
  year: number;
  /** Name of a setting, or empty. */
  setting: string;
}

export interface Step {
  title: Bilingual;
  minutes: number;
  text: Bilingual;
  question: Bilingual;
  hint: Bilingual;
  answer: Bilingual;
  discussion: Bilingual;
  /** Year of all its figures. */
  year: number;
  /** Year that the file asks for: later than `year` where the contents end before it. */
  asked: number;
  /** Names of settings; changes are told against the first. */
  levers: string[];
  flows: Flow[];
  looks: Look[];
}

export const NOTES = ["aims", "timing", "answers", "misunderstandings", "unknown"] as const;

export interface Exercise {
  key: string;
  title: Bilingual;
  audience: Bilingual;
  minutes: number;
  aims: Bilingual[];
  storyline: Bilingual;
  handout: Bilingual;
  notes: Record<(typeof NOTES)[number], Bilingual>;
  settings: Setting[];
  steps: Step[];
}

const known = new WeakMap<Header, Exercise[]>();

/** The exercises of the contents whose settings are all there; years after the last one give way to it. */
export function exercisesOf(header: Header): Exercise[] {
  const found = known.get(header) ?? readExercises(header);
  known.set(header, found);
  return found;
}

function readExercises(header: Header): Exercise[] {
  const { exercises = [] } = header as unknown as { exercises?: Exercise[] };
  const keys = new Set(header.scenarios.map(({ key }) => key));
  const upTo = (year: number) => Math.min(year, header.future[1]);
  return exercises
    .filter(({ settings }) => settings.every(({ scenario }) => keys.has(scenario)))
    .map((exercise) => ({
      ...exercise,
      steps: exercise.steps.map((step) => ({
        ...step,
        asked: step.year,
        year: upTo(step.year),
        looks: step.looks.map((look) => ({ ...look, year: upTo(look.year) })),
      })),
    }));
}

/** English, or else Russian: exercises have these two. */
export function tongue(language: Language): "en" | "ru" {
  return language === "en" ? "en" : "ru";
}

export function settingOf(exercise: Exercise, name: string): Setting {
  return exercise.settings.find((setting) => setting.name === name) ?? exercise.settings[0];
}

/** Minutes from the start of the exercise to the end of a step, counted from 0. */
export function dueAfter(exercise: Exercise, step: number): number {
  return exercise.steps.slice(0, step + 1).reduce((sum, { minutes }) => sum + minutes, 0);
}

/** Position of the step that the address names from 1; -1 for the introduction. */
export function stepOf(exercise: Exercise, word: string | undefined): number {
  const number = Number(word);
  return Number.isInteger(number) && number >= 1 && number <= exercise.steps.length ? number - 1 : -1;
}

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

export function exercisesOf(header: Header): Exercise[] {
  return (header as unknown as { exercises?: Exercise[] }).exercises ?? [];
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

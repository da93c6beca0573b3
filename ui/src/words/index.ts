/** Everything that is said on the screen, in English and Russian; names of areas are in Kazakh as well. */
import type { Language } from "../contents/header";
import { charts } from "./charts";
import { map } from "./map";
import { scenario } from "./scenario";
import { sheets } from "./sheets";
import { shell } from "./shell";
import { training } from "./training";

const en = { ...shell.en, ...map.en, ...sheets.en, ...charts.en, ...scenario.en, ...training.en };
const ru: Record<Key, string> = { ...shell.ru, ...map.ru, ...sheets.ru, ...charts.ru, ...scenario.ru, ...training.ru };

export type Key = keyof typeof en;
/** Say something in the reader's language; {name} in the text is replaced. */
export type Say = (key: Key, values?: Record<string, string | number>) => string;

export function speaker(language: Language): Say {
  const words: Record<Key, string> = language === "en" ? en : ru;
  return (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** Where the reader is: everything in the address, so that a link shows the same to everybody. */
import { useEffect, useState } from "preact/hooks";
import type { Language } from "./contents/header";

export const PAGES = ["map", "area", "corridor", "chord", "ranking", "pyramid", "components", "scenario", "training", "about"] as const;
export type Page = (typeof PAGES)[number];
export type Direction = "both" | "in" | "out" | "net";
export type View = "level" | "difference" | "percent";

/** The state of the pages. A page may use `more` for what only it needs. */
export interface Place {
  page: Page;
  language: Language;
  theme: "auto" | "light" | "dark";
  /** Key of a scenario, and of the second one beside it; empty without. */
  scenario: string;
  beside: string;
  view: View;
  year: number;
  /** Codes of areas or keys of groups that are looked at. */
  areas: string[];
  /** Origin and destination of the corridor sheet. */
  orig: string;
  dest: string;
  direction: Direction;
  /** Areas one by one, or UN subregions. */
  level: "areas" | "regions";
  top: number;
  least: number;
  more: Record<string, string>;
}

const START: Place = {
  page: "map",
  language: "en",
  theme: "auto",
  scenario: "",
  beside: "",
  view: "level",
  year: 2025,
  areas: [],
  orig: "",
  dest: "",
  direction: "both",
  level: "areas",
  top: 150,
  least: 0,
  more: {},
};

type Known = Exclude<keyof Place, "more">;
const KEYS: Record<Known, string> = {
  page: "page", language: "lang", theme: "theme", scenario: "scenario", beside: "beside", view: "view", year: "year",
  areas: "areas", orig: "from", dest: "to", direction: "direction", level: "level", top: "top", least: "least",
};
const CHOICES: Partial<Record<Known, readonly string[]>> = {
  page: PAGES,
  language: ["en", "ru", "kk"],
  theme: ["auto", "light", "dark"],
  view: ["level", "difference", "percent"],
  direction: ["both", "in", "out", "net"],
  level: ["areas", "regions"],
};

/** Read an address; what it does not say or says wrongly is as at the start. */
export function readPlace(hash: string, start: Place = START): Place {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  const place: Record<string, unknown> = { ...start, more: {} };
  for (const [field, key] of Object.entries(KEYS) as [Known, string][]) {
    const word = said.get(key);
    said.delete(key);
    if (word === null || (CHOICES[field] && !CHOICES[field].includes(word))) continue;
    if (typeof start[field] === "number") {
      const number = Number(word);
      if (word !== "" && Number.isFinite(number)) place[field] = number;
    } else place[field] = Array.isArray(start[field]) ? word.split(",").filter(Boolean) : word;
  }
  place.more = Object.fromEntries(said);
  return place as unknown as Place;
}

export function writePlace(place: Place, start: Place = START): string {
  const said = new URLSearchParams();
  for (const [field, key] of Object.entries(KEYS) as [Known, string][]) {
    const word = String(place[field]);
    if (word !== String(start[field])) said.set(key, word);
  }
  for (const [key, word] of Object.entries(place.more)) if (word) said.set(key, word);
  return `#${said.toString()}`;
}

export type Go = (change: Partial<Place>, options?: { replace?: boolean }) => void;

/** The place and the way to another. A change of `more` is added to what is there. */
export function usePlace(start: Partial<Place>): [Place, Go] {
  const from = { ...START, ...start };
  const [place, setPlace] = useState(() => readPlace(location.hash, from));
  useEffect(() => {
    const follow = () => setPlace(readPlace(location.hash, from));
    addEventListener("hashchange", follow);
    addEventListener("popstate", follow);
    return () => {
      removeEventListener("hashchange", follow);
      removeEventListener("popstate", follow);
    };
  }, []);
  const go: Go = (change, options = {}) => {
    setPlace((before) => {
      const after = { ...before, ...change, more: { ...before.more, ...change.more } };
      const hash = writePlace(after, from);
      if (hash !== location.hash) history[options.replace ? "replaceState" : "pushState"](null, "", hash);
      return after;
    });
  };
  return [place, go];
}

/** What every page may use. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Header, Language } from "../contents/header";
import type { World } from "../contents/world";
import type { Go, Place } from "../place";
import type { Say } from "../words";
import type { Server } from "./server";

export interface Shared {
  world: World;
  place: Place;
  go: Go;
  say: Say;
  /** The program behind the pages; undefined in the single file. */
  server: Server | undefined;
  /** Tell the screen reader, and the line at the bottom. */
  tell: (words: string) => void;
}

export const SharedContext = createContext<Shared | undefined>(undefined);

export function useShared(): Shared {
  const shared = useContext(SharedContext);
  if (!shared) throw new Error("there are no contents yet");
  return shared;
}

/** Position of the scenario that the place names; that of the run for an unknown one. */
export function scenarioOf(header: Header, key: string): number {
  const at = (name: string) => header.scenarios.findIndex((scenario) => scenario.key === name);
  return Math.max(0, at(key) >= 0 ? at(key) : at(header.start));
}

export function areaName(header: Header, position: number, language: Language): string {
  return header.areas[position].name[language];
}

/** Positions of the areas that a code or the key of a group means. */
export function membersOf(header: Header, word: string): number[] {
  const group = header.groups.find(({ key }) => key === word);
  if (group) return group.members;
  const area = header.areas.findIndex(({ iso3 }) => iso3 === word);
  return area < 0 ? [] : [area];
}

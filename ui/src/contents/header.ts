/** What the header of an explorer's contents says; `corridor.explorer.contents` writes it. */

export type Language = "en" | "ru" | "kk";
export type Measure = "population" | "births" | "deaths" | "net_migration" | "moves_in" | "moves_out";

export interface Area {
  iso3: string;
  name: Record<Language, string>;
  region: string;
  subregion: string;
  lon: number;
  lat: number;
}

export interface Group {
  /** Name as the command line knows it, such as "CICA". */
  key: string;
  name: Record<"en" | "ru", string>;
  /** Positions of its members of today in `areas`. */
  members: number[];
}

export interface ScenarioHeader {
  /** Name as the command line knows it, or the name of a setting of an exercise. */
  key: string;
  title: Record<"en" | "ru", string>;
  description: Record<"en" | "ru", string>;
  /** The whole scenario as a file that the command line runs. */
  toml: string;
  digest: string;
  /** Draws behind its intervals; 0 without. */
  draws: number;
  /** Whether it is a setting of an exercise only, and not offered in lists. */
  exercise: boolean;
}

export interface Header {
  form: "corridor explorer 1";
  /** How this was made: version, command, citation, sums of the panel's tables. */
  made: { version: string; command: string; citation: string; digest: string; panel: Record<string, string> };
  title: Record<"en" | "ru", string>;
  /** Key of the group in first view, in `groups`. */
  group: string;
  /** Key of the scenario that is looked at first. */
  start: string;
  /** First and last calendar year of past moves, and of the projection. */
  past: [number, number];
  future: [number, number];
  /** Calendar years whose 1 January stocks, ages and remittances are of. */
  dates: number[];
  /** Dates of past stocks. */
  stockDates: number[];
  /** Years of the causes. */
  causeYears: number[];
  /** Causes of change, in order; "carried" is what is under way without any of them. */
  causes: string[];
  /** First years of five-year periods of past transitions. */
  periods: number[];
  areas: Area[];
  groups: Group[];
  scenarios: ScenarioHeader[];
  /** Medians of the priors of corridors without levers: shares of moves, and of latent demand. */
  priors: { irregular: number; unmet: number };
  /** US dollars of 2016 that an irregular move brings smugglers: lower end, median, upper end. */
  smuggling: [number, number, number];
  /** Exercises of the training room; `ui/src/training` knows their form. */
  exercises: unknown[];
  arrays: Record<string, { kind: "f32" | "u16" | "u8"; shape: number[] }>;
}

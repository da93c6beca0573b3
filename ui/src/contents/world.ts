/** The contents as the pages ask for them: years, corridors, areas, scenarios. Values are persons unless said. */
import type { Arrays, Contents, Values } from "./container";
import type { Header, Measure } from "./header";

export interface Bounds {
  low95: number;
  low80: number;
  high80: number;
  high95: number;
}

/** What becomes of the demand for outward moves of a corridor; persons a year. */
export interface Split {
  legal: number;
  irregular: number;
  unmet: number;
  /** Whether the scenario has a lever in this corridor; without one the shares are those of the priors. */
  lever: boolean;
}

export class World {
  readonly header: Header;
  /** All calendar years of flows: the past and the projection. */
  readonly years: number[];
  readonly first: number;
  readonly orig: Uint16Array;
  readonly dest: Uint16Array;
  private readonly arrays: Arrays;
  private readonly kept = new Map<string, Float32Array>();
  private readonly places = new Map<number, number>();

  constructor({ header, arrays }: Contents) {
    this.header = header;
    this.arrays = arrays;
    this.first = header.future[0];
    this.years = range(header.past[0], header.future[1]);
    this.orig = this.array("corridor/orig") as Uint16Array;
    this.dest = this.array("corridor/dest") as Uint16Array;
    for (let k = 0; k < this.corridors; k++) this.places.set(this.orig[k] * 1000 + this.dest[k], k);
  }

  /** Number of corridors, the largest first. */
  get corridors(): number {
    return this.orig.length;
  }

  get futureYears(): number[] {
    return range(this.first, this.header.future[1]);
  }

  has(name: string): boolean {
    return this.arrays.has(name);
  }

  array(name: string): Values {
    const found = this.arrays.get(name);
    if (!found) throw new Error(`the contents hold no ${name}`);
    return found;
  }

  /** Position of a corridor, or -1 where its moves are too few to be kept. */
  corridor(orig: number, dest: number): number {
    return this.places.get(orig * 1000 + dest) ?? -1;
  }

  isPast(year: number): boolean {
    return year < this.first;
  }

  /** Add a scenario that came later, such as a preview: its arrays are differences from scenario 0. */
  with(scenario: Contents): World {
    const number = this.header.scenarios.length;
    const [added] = scenario.header.scenarios;
    const own = (name: string) => name.replace(`s${number}/`, "s1/");
    const of = (name: string) => (name.startsWith(`s${number}/`) ? scenario.arrays : undefined);
    const arrays: Arrays = {
      has: (name) => (of(name) ?? this.arrays).has(of(name) ? own(name) : name),
      get: (name) => (of(name) ?? this.arrays).get(of(name) ? own(name) : name),
    };
    return new World({ header: { ...this.header, scenarios: [...this.header.scenarios, added] }, arrays });
  }

  /** An array of a scenario as levels: stored ones of later scenarios are differences from scenario 0. */
  level(scenario: number, name: string): Float32Array {
    const key = `s${scenario}/${name}`;
    if (scenario === 0) return this.array(key) as Float32Array;
    let found = this.kept.get(key);
    if (!found) {
      const base = this.array(`s0/${name}`) as Float32Array;
      const more = this.arrays.get(key);
      found = more ? base.map((value, i) => value + more[i]) : base;
      this.kept.set(key, found);
    }
    return found;
  }

  /** Moves of every corridor in a year: [corridor]. */
  flows(scenario: number, year: number): Float32Array {
    const [values, width, at] = this.flowTable(scenario, year);
    return Float32Array.from({ length: this.corridors }, (_, k) => values[k * width + at]);
  }

  /** Moves of a corridor in a year. */
  flow(scenario: number, k: number, year: number): number {
    const [values, width, at] = this.flowTable(scenario, year);
    return values[k * width + at];
  }

  private flowTable(scenario: number, year: number): [Float32Array, number, number] {
    const [from, to] = this.header.past;
    return this.isPast(year)
      ? [this.array("past/flows") as Float32Array, to - from + 1, year - from]
      : [this.level(scenario, "flows"), this.futureYears.length, year - this.first];
  }

  /** Moves of a corridor in all years, past and projected. */
  flowSeries(scenario: number, k: number): number[] {
    return this.years.map((year) => this.flow(scenario, k, year));
  }

  /** A measure of an area in a year; NaN where it is not known. */
  of(scenario: number, measure: Measure, area: number, year: number): number {
    const [from, to] = this.header.past;
    if (!this.isPast(year)) {
      return this.level(scenario, `areas/${measure}`)[area * this.futureYears.length + year - this.first];
    }
    return this.has(`past/areas/${measure}`) ? this.array(`past/areas/${measure}`)[area * (to - from + 1) + year - from] : NaN;
  }

  series(scenario: number, measure: Measure, area: number): number[] {
    return this.years.map((year) => this.of(scenario, measure, area, year));
  }

  /** Bounds of a measure in the draws of a run; undefined where the scenario has none. */
  bounds(scenario: number, measure: Measure, area: number, year: number): Bounds | undefined {
    const name = `s${scenario}/bounds/${measure}`;
    if (this.isPast(year) || !this.has(name)) return undefined;
    const width = this.futureYears.length;
    return this.around(name, this.header.areas.length * width, area * width + year - this.first, this.of(scenario, measure, area, year));
  }

  /** Bounds of the moves of a corridor; undefined where the run did not keep it. */
  flowBounds(scenario: number, k: number, year: number): Bounds | undefined {
    const name = `s${scenario}/bounds/flows`;
    if (this.isPast(year) || !this.has(name)) return undefined;
    const kept = this.array(`s${scenario}/bounds/corridors`);
    const at = kept.indexOf(k);
    if (at < 0) return undefined;
    const width = this.futureYears.length;
    return this.around(name, kept.length * width, at * width + year - this.first, this.flow(scenario, k, year));
  }

  private around(name: string, step: number, at: number, middle: number): Bounds {
    const values = this.array(name);
    const [low95, low80, high80, high95] = [0, 1, 2, 3].map((bound) => middle + values[bound * step + at]);
    return { low95, low80, high80, high95 };
  }

  /** How demand for outward moves of a corridor splits in a projected year. */
  split(scenario: number, k: number, year: number): Split {
    const width = this.futureYears.length;
    const at = year - this.first;
    const gate = this.arrays.get(`s${scenario}/gate/corridors`);
    const place = gate ? gate.indexOf(k) : -1;
    if (place >= 0) {
      const [legal, irregular, unmet] = ["legal", "irregular", "unmet"].map(
        (part) => this.array(`s${scenario}/gate/${part}`)[place * width + at],
      );
      return { legal, irregular, unmet, lever: true };
    }
    const outward = this.array("s0/outward_share")[k * width + at] * this.flow(scenario, k, year);
    const { irregular, unmet } = this.header.priors;
    return {
      legal: (1 - irregular) * outward,
      irregular: irregular * outward,
      unmet: (unmet / (1 - unmet)) * outward,
      lever: false,
    };
  }

  /** The split of a corridor in the baseline: with the shares that the scenario states for it. */
  splitBefore(scenario: number, k: number, year: number): Split {
    const gate = this.arrays.get(`s${scenario}/gate/corridors`);
    const place = gate ? gate.indexOf(k) : -1;
    if (place < 0) return this.split(0, k, year);
    const outward = this.array("s0/outward_share")[k * this.futureYears.length + year - this.first] * this.flow(0, k, year);
    const irregular = this.array(`s${scenario}/gate/irregular_today`)[place] * outward;
    const unmet = this.array(`s${scenario}/gate/unmet_today`)[place] * outward;
    return { legal: outward - irregular, irregular, unmet, lever: true };
  }

  /** Population by sex (0 female, 1 male) and five-year age group (0-4 ... 100+) on 1 January of one of `header.dates`. */
  ages(scenario: number, area: number, date: number): { female: number[]; male: number[] } {
    const groups = 21;
    const at = ((this.header.dates.indexOf(date) * this.header.areas.length + area) * 2) * groups;
    const values = Array.from(this.level(scenario, "ages").subarray(at, at + 2 * groups));
    return { female: values.slice(0, groups), male: values.slice(groups) };
  }
}

export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

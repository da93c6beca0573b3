/** Amounts of the ledger in words, as the command's own ledger words them. */
import { FEW, Numbers } from "../shared/numbers";
import type { Language } from "../contents/header";
import type { Say } from "../words";

export type Kind = "persons" | "dollars" | "deaths" | "ratio";

const LEAST_DOLLARS = 1000;
const LEAST_DEATHS = 0.1;

export class Amounts {
  readonly numbers: Numbers;

  constructor(language: Language, private readonly say: Say) {
    this.numbers = new Numbers(language);
  }

  /** A value of a kind: "1.24 million", "$2.31 billion", "under 0.1", "2.41". */
  value(kind: Kind, value: number): string {
    if (kind === "dollars") return this.dollars(value);
    if (kind === "deaths") return this.deaths(value);
    if (kind === "ratio") return Number.isFinite(value) ? this.numbers.plain(value, Math.abs(value) < 10 ? 2 : 1) : this.numbers.persons(NaN);
    return this.numbers.persons(value);
  }

  /** Both ends of a range, or one where they read the same. */
  range(kind: Kind, low: number, high: number): string {
    const [from, to] = [this.value(kind, low), this.value(kind, high)];
    return from === to ? from : this.say("sheet.range", { low: from, high: to });
  }

  /** A difference with its sign; "no change" where there is none. */
  change(kind: Kind, value: number): string {
    if (!Number.isFinite(value)) return "";
    if (value === 0) return this.say("sheet.noChange");
    const least = { persons: FEW, dollars: LEAST_DOLLARS, deaths: LEAST_DEATHS, ratio: 0.005 }[kind];
    if (Math.abs(value) < least) return this.say("sheet.hardly");
    return (value > 0 ? "+" : "") + this.value(kind, value);
  }

  /** Both ends of a range of differences, with their signs. */
  changeRange(kind: Kind, low: number, high: number): string {
    if (low === 0 && high === 0) return this.say("sheet.noChange");
    const [from, to] = [low, high].map((value) => (value > 0 ? "+" : "") + this.value(kind, value));
    return from === to ? from : this.say("sheet.range", { low: from, high: to });
  }

  private dollars(value: number): string {
    if (!Number.isFinite(value)) return this.numbers.persons(NaN);
    if (value !== 0 && Math.abs(value) < LEAST_DOLLARS) return this.say("sheet.dollarsFew");
    const words = this.say("sheet.dollars", { value: this.numbers.persons(Math.abs(value)) });
    return value < 0 ? `\u2212\u2060${words}` : words;
  }

  private deaths(value: number): string {
    if (!Number.isFinite(value)) return this.numbers.persons(NaN);
    if (value !== 0 && Math.abs(value) < LEAST_DEATHS) return this.say("sheet.deathsFew");
    return Math.abs(value) < 10 && value !== 0 ? this.numbers.plain(value, 1) : this.numbers.persons(value);
  }
}

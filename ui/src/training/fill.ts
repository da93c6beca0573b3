/** Places for figures in the texts of exercises, filled from the contents. */
import { FEW, Numbers, significant } from "../shared/numbers";
import type { Say } from "../words";
import type { Step } from "./exercise";
import type { FlowFigures, Range } from "./figures";

export type Measure = Exclude<keyof FlowFigures, "bounds">;
type Single = Exclude<Measure, "revenue" | "deaths">;

/** Finds the figures of a setting and a flow of the step; undefined where the step has no such. */
export type Find = (lever: string, flow: string) => FlowFigures | undefined;

export class Filling {
  constructor(
    private readonly find: Find,
    private readonly first: string,
    private readonly numbers: Numbers,
    private readonly say: Say,
  ) {}

  /** "{change-legal|permits|sending}" becomes "+57,800"; what is not known stays as it was written. */
  fill(text: string): string {
    return text.replace(/\{(change-|percent-)?(\w+)\|([\w-]+)\|([\w-]+)\}/g, (whole, change, measure, lever, flow) => {
      const figures = this.find(lever, flow);
      const before = this.find(this.first, flow);
      return figures && before ? this.shown(change ?? "", measure as Measure, figures, before) : whole;
    });
  }

  private shown(change: string, measure: Measure, figures: FlowFigures, before: FlowFigures): string {
    if (measure === "revenue") return this.dollars(figures.revenue);
    if (measure === "deaths") return this.persons(figures.deaths);
    const [value, base] = [figures[measure as Single], before[measure as Single]];
    if (change === "change-") return this.numbers.signed(value - base);
    if (change === "percent-") return this.numbers.percent((value - base) / base, true);
    return this.numbers.persons(value);
  }

  range([low, high]: Range): string {
    if (Number.isNaN(high)) return this.rough(NaN);
    return this.say("training.range", { low: this.rough(low), high: this.rough(high) });
  }

  /** A range of persons; no end of it is shown as zero, since small risks are not none. */
  persons([low, high]: Range): string {
    const few = (value: number) => (value < FEW ? FEW / 2 : value);
    return high < FEW ? this.rough(FEW / 2) : this.range([few(low), high]);
  }

  /** Two digits, which say enough where ends differ so much. */
  rough(value: number): string {
    const shown = this.numbers.persons(significant(value, 2));
    return Math.abs(value) < 1e6 ? shown : shown.replace(/[.,]0+(?=\u00a0)|(?<=[.,]\d)0(?=\u00a0)/, "");
  }

  dollars(range: Range): string {
    return this.say("training.dollars", { amount: this.range(range) });
  }
}

/** Filling of the texts of one step. */
export function fillingOf(step: Step, figures: (lever: string, flow: Step["flows"][number]) => FlowFigures, numbers: Numbers, say: Say): Filling {
  const find: Find = (lever, name) => {
    const flow = step.flows.find((one) => one.name === name);
    return flow && step.levers.includes(lever) ? figures(lever, flow) : undefined;
  };
  return new Filling(find, step.levers[0], numbers, say);
}


/** Measures of a population by sex and five-year age group (0-4 ... 95-99, 100+). */
import type { World } from "../contents/world";

export interface Ages {
  female: number[];
  male: number[];
}

const STEP = 5;
/** The support ratio counts people of these ages for each older one. */
export const WORKING = [20, 64] as const;

/** The ages of several areas together. */
export function agesOf(world: World, scenario: number, areas: number[], date: number): Ages {
  const each = areas.map((area) => world.ages(scenario, area, date));
  const sum = (sex: keyof Ages) => each.reduce((all, one) => all.map((value, i) => value + one[sex][i]), new Array<number>(21).fill(0));
  return { female: sum("female"), male: sum("male") };
}

export function both({ female, male }: Ages): number[] {
  return female.map((value, i) => value + male[i]);
}

export function total(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** People of 15 to 64 for each person of 65 and over; NaN where nobody is. */
export function supportRatio(ages: Ages): number {
  const all = both(ages);
  const old = total(all.slice((WORKING[1] + 1) / STEP));
  return old > 0 ? total(all.slice(WORKING[0] / STEP, (WORKING[1] + 1) / STEP)) / old : NaN;
}

/** The age that half of the people have not reached; people of a group are spread evenly over it. */
export function medianAge(ages: Ages): number {
  const all = both(ages);
  let left = total(all) / 2;
  if (!(left > 0)) return NaN;
  const at = all.findIndex((value) => {
    if (left <= value) return true;
    left -= value;
    return false;
  });
  return STEP * (at + left / all[at]);
}

export function ageNames(): string[] {
  return Array.from({ length: 21 }, (_, i) => (i === 20 ? "100+" : `${STEP * i}\u2013${STEP * i + STEP - 1}`));
}

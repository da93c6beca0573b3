/** Scales and marks of axes. */

export type Scale = (value: number) => number;

export function linear([from, to]: [number, number], [start, end]: [number, number]): Scale {
  const step = to === from ? 0 : (end - start) / (to - from);
  return (value) => start + (value - from) * step;
}

/** Round marks that lie within a range: about `count` of them, by steps of 1, 2 or 5. */
export function ticks(low: number, high: number, count: number): number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((one) => one * power >= rough) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Lowest and highest of the known values, with zero where `zero` asks for it. */
export function extent(values: number[], zero: boolean): [number, number] {
  const known = values.filter(Number.isFinite);
  if (!known.length) return [0, 1];
  const low = Math.min(...known, ...(zero ? [0] : []));
  const high = Math.max(...known, ...(zero ? [0] : []));
  const edge = (high - low) * 0.03;
  if (high > low) return [low < 0 || !zero ? low - edge : low, high > 0 ? high + edge : high];
  return [low - Math.abs(low) * 0.1, high === 0 ? 1 : high + Math.abs(high) * 0.1];
}

/** A name in at most so many letters; the whole one belongs in a `title`. */
export function shortened(name: string, most: number): string {
  return name.length <= most ? name : `${name.slice(0, Math.max(1, most - 1)).trimEnd()}…`;
}

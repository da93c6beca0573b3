/** Scales and ticks of the sheets' drawings. */

export type Scale = (value: number) => number;

/** From values to pixels. */
export function scale([low, high]: readonly [number, number], [from, to]: readonly [number, number]): Scale {
  const span = high - low || 1;
  return (value) => from + ((value - low) / span) * (to - from);
}

/** Round steps between two values, about as many as asked. */
export function ticks(low: number, high: number, count: number): number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough) ?? 10 * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

/** The lowest and the highest of the values, with zero and a little room. */
export function domain(values: number[]): [number, number] {
  const known = values.filter(Number.isFinite);
  const low = Math.min(0, ...known);
  const high = Math.max(0, ...known);
  const room = 0.05 * (high - low || 1);
  return [low < 0 ? low - room : 0, high > 0 || low === 0 ? high + room : 0];
}

/** About how wide a text is in pixels: half its size a letter. */
export function widthOf(text: string, size = 13): number {
  return text.length * size * 0.55;
}

/** A text that is at most so many pixels wide. */
export function fitted(text: string, width: number, size = 13): string {
  const letters = Math.max(4, Math.floor(width / (size * 0.55)));
  return text.length <= letters ? text : `${text.slice(0, letters - 1).trimEnd()}…`;
}

/** A line through points; it breaks where a value is not known. */
export function path(points: readonly (readonly [number, number])[]): string {
  let open = false;
  return points.map(([x, y]) => {
    if (!Number.isFinite(y)) {
      open = false;
      return "";
    }
    const letter = open ? "L" : "M";
    open = true;
    return `${letter}${x.toFixed(1)},${y.toFixed(1)}`;
  }).join("");
}

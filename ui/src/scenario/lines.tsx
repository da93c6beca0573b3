/** Small charts of a figure over the years: the scenario beside the baseline. */
import { Numbers } from "../shared/numbers";

const WIDTH = 330, HEIGHT = 190, LEFT = 62, RIGHT = 12, TOP = 14, BOTTOM = 22;

export interface Line {
  kind: "scenario" | "baseline" | "run";
  years: number[];
  values: number[];
}

export function Lines({ title, label, years, first, lines, band, numbers }: {
  title: string;
  /** What the chart says, for who cannot see it. */
  label: string;
  years: number[];
  /** First projected year: a thin line stands before it. */
  first: number;
  lines: Line[];
  band?: { years: number[]; low: number[]; high: number[] };
  numbers: Numbers;
}) {
  const top = nice(Math.max(1, ...lines.flatMap(({ values }) => values), ...(band?.high ?? [])));
  const x = (year: number) => LEFT + ((WIDTH - LEFT - RIGHT) * (year - years[0])) / (years[years.length - 1] - years[0] || 1);
  const y = (value: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);
  const path = (at: number[], values: number[]) => values.map((value, i) => `${i ? "L" : "M"}${x(at[i]).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  const [begin, end] = [years[0], years[years.length - 1]];
  const marks = [begin, ...years.filter((year) => year % 10 === 0 && x(year) > x(begin) + 44 && x(year) < x(end) - 44), end];
  return (
    <svg class="lines" viewBox={`0 0 ${WIDTH} ${HEIGHT + 18}`} role="img" aria-label={label}>
      <text class="head" x={0} y={12}>{title}</text>
      <g transform="translate(0 18)">
        {[0, top / 2, top].map((value) => (
          <g key={value}>
            <line class="grid" x1={LEFT} x2={WIDTH - RIGHT} y1={y(value)} y2={y(value)} />
            <text x={LEFT - 5} y={y(value) + 4} text-anchor="end">{short(numbers.persons(value))}</text>
          </g>
        ))}
        {first > years[0] && <line class="now" x1={x(first - 0.5)} x2={x(first - 0.5)} y1={TOP} y2={HEIGHT - BOTTOM} />}
        {marks.map((year, i) => (
          <text key={year} x={x(year)} y={HEIGHT - 6} text-anchor={i === 0 ? "start" : i === marks.length - 1 ? "end" : "middle"}>{year}</text>
        ))}
        {band && <path class="band" d={`${path(band.years, band.high)}${path([...band.years].reverse(), [...band.low].reverse()).replace("M", "L")}Z`} />}
        {lines.map(({ kind, years: at, values }) => <path key={kind} class={`line ${kind}`} d={path(at, values)} />)}
      </g>
    </svg>
  );
}

/** Without zeros after the point: "4 million". */
function short(words: string): string {
  return words.replace(/[.,](\d*?)0+(?=\u00a0)/, (_, rest: string) => (rest ? words.match(/[.,]/)![0] + rest : ""));
}

/** A round number not below a value. */
function nice(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value));
  return unit * [1, 2, 4, 6, 8, 10].find((step) => step * unit >= value)!;
}

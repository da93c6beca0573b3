/** Bars, one below the other, with intervals; a second bar for the scenario beside. */
import { extent, linear, shortened, ticks } from "./scale";
import { useWidth } from "./width";

export interface Bar {
  key: string;
  name: string;
  /** Kind of the colour: in, out or within. */
  side: string;
  value: number;
  /** Ends of the interval of 95 per cent. */
  ends?: [number, number];
  beside?: number;
  /** The value in words, and all that a pointer shows. */
  said: string;
  title: string;
}

const ROW = 30;

export function Bars({ bars, label, tick, onPick }: { bars: Bar[]; label: string; tick: (value: number) => string; onPick: (key: string) => void }) {
  const [box, width] = useWidth();
  const narrow = width < 620;
  const row = (narrow ? 18 : 0) + (bars.some(({ beside }) => beside !== undefined) ? ROW + 12 : ROW);
  const left = narrow ? 4 : Math.min(360, width * 0.36);
  const right = 92;
  const height = 28 + bars.length * row;
  const values = bars.flatMap(({ value, beside, ends }) => [value, beside ?? value, ...(ends ?? [])]);
  const range = extent(values, true);
  const x = linear(range, [left + (range[0] < 0 ? 70 : 0), width - right]);
  return (
    <div ref={box} class="chart">
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="group" aria-label={label}>
        {ticks(...range, narrow ? 3 : 5).map((mark) => (
          <g key={mark} class="axis"><line x1={x(mark)} x2={x(mark)} y1={22} y2={height} /><text x={x(mark)} y={14} text-anchor="middle">{tick(mark)}</text></g>
        ))}
        {bars.map((bar, i) => (
          <g key={bar.key} class="bar" transform={`translate(0 ${24 + i * row})`} tabindex={0} role="button"
            onClick={() => onPick(bar.key)} onKeyDown={(event) => (event.key === "Enter" || event.key === " ") && (event.preventDefault(), onPick(bar.key))}>
            <title>{bar.title}</title>
            <rect class="hit" width={width} height={row} />
            <text class="name" x={narrow ? 4 : left - 8} y={narrow ? 14 : row / 2} text-anchor={narrow ? "start" : "end"} dominant-baseline="middle">
              {shortened(bar.name, Math.floor((narrow ? width : left) / 7.2))}
            </text>
            <g transform={`translate(0 ${narrow ? 22 : 5})`}><Shape bar={bar} x={x} /></g>
          </g>
        ))}
        <line class="zero" x1={x(0)} x2={x(0)} y1={22} y2={height} />
      </svg>
    </div>
  );
}

function Shape({ bar: { value, beside, ends, side, said }, x }: { bar: Bar; x: (value: number) => number }) {
  const across = (one: number) => ({ x: Math.min(x(0), x(one)), width: Math.max(1, Math.abs(x(one) - x(0))) });
  const last = Math.max(x(value), x(beside ?? value), ends ? x(ends[1]) : 0, x(0));
  const down = value < 0 && beside === undefined;
  return (
    <>
      <rect class={`fill ${side}`} {...across(value)} y={2} height={16} />
      {beside !== undefined && <rect class={`beside ${side}`} {...across(beside)} y={20} height={11} />}
      {ends && ["halo", "interval"].map((kind) => <path key={kind} class={kind} d={`M${x(ends[0])} 10H${x(ends[1])}M${x(ends[0])} 6v8M${x(ends[1])} 6v8`} />)}
      <text class="value" x={down ? x(value) - 6 : last + 6} y={10} text-anchor={down ? "end" : "start"} dominant-baseline="middle">{said}</text>
    </>
  );
}

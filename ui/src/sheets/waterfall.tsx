/** A change from one year to another as steps, one for each cause. */
import { Numbers } from "../shared/numbers";
import { useShared } from "../shared/context";
import { domain, fitted, scale } from "./scale";
import { useWidth } from "./width";

export interface Step {
  label: string;
  value: number;
}
interface Bar extends Step {
  from: number;
  to: number;
  total: boolean;
}

/** Bars of a start, of steps that each begin where the one before ended, and of the end. */
export function barsOf(start: Step, steps: Step[], end: Step): Bar[] {
  let level = start.value;
  const moved = steps.map((step) => {
    const from = level;
    level += step.value;
    return { ...step, from, to: level, total: false };
  });
  const whole = ({ label, value }: Step): Bar => ({ label, value, from: 0, to: value, total: true });
  return [whole(start), ...moved, whole(end)];
}

/** Rows from above to below; names stand left of their bars, or above them on narrow screens. */
export function Waterfall({ label, start, steps, end, unit }: { label: string; start: Step; steps: Step[]; end: Step; unit: string }) {
  const { place } = useShared();
  const numbers = new Numbers(place.language);
  const [frame, width] = useWidth();
  const wide = width >= 560;
  const bars = barsOf(start, steps, end);
  const ends = domain(bars.flatMap(({ from, to }) => [from, to]));
  const left = wide ? 250 : 0;
  const x = scale(ends, [left + 4, width - 96]);
  const row = wide ? 28 : 44;
  return (
    <div ref={frame} class="sheet-drawing">
      <svg role="img" aria-label={label} width={width} height={22 + bars.length * row}>
        <text class="sheet-unit" x={0} y={12}>{unit}</text>
        {bars.map((bar, i) => {
          const top = 22 + i * row;
          const thick = top + (wide ? 4 : 20);
          const [low, high] = [x(Math.min(bar.from, bar.to)), x(Math.max(bar.from, bar.to))];
          return (
            <g key={i}>
              <text class="sheet-legend" x={0} y={top + (wide ? 18 : 14)}>{fitted(bar.label, wide ? left - 8 : width)}</text>
              <rect class={`sheet-step sheet-step-${bar.total ? "total" : bar.value < 0 ? "fall" : "rise"}`} x={low} y={thick} width={Math.max(1, high - low)} height={19} />
              {i < bars.length - 1 && <line class="sheet-join" x1={x(bar.to)} x2={x(bar.to)} y1={thick + 19} y2={thick + row} />}
              <text class="sheet-value" x={high + 6} y={thick + 14}>{bar.total ? numbers.persons(bar.value) : numbers.signed(bar.value)}</text>
            </g>
          );
        })}
      </svg>
    </div>
  );
}

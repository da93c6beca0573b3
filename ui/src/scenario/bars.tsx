/** Bars of differences: to the right where there are more, to the left where there are fewer. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Numbers } from "../shared/numbers";
import type { Change } from "./changes";

const ROW = 38, LETTER = 6.9, NUMBER = 96;

export function Bars({ changes, nameOf, numbers, label }: {
  changes: Change[];
  nameOf: (at: number) => string;
  numbers: Numbers;
  label: string;
}) {
  const [frame, width] = useWidth();
  const most = Math.max(...changes.map(({ difference }) => Math.abs(difference)));
  const half = (width - 2 * NUMBER) / 2;
  return (
    <div ref={frame}>
      <svg width={width} height={changes.length * ROW} role="img" aria-label={label}>
        <line class="grid" x1={width / 2} x2={width / 2} y1={0} y2={changes.length * ROW} />
        {changes.map(({ at, difference }, i) => {
          const long = Math.max(1, (half * Math.abs(difference)) / most);
          const more = difference > 0;
          return (
            <g key={at} transform={`translate(0 ${i * ROW})`}>
              <title>{`${nameOf(at)}: ${numbers.signed(difference)}`}</title>
              <text class="name" x={width / 2} y={13} text-anchor="middle">{shortened(nameOf(at), width / LETTER)}</text>
              <rect class={more ? "bar more" : "bar fewer"} x={more ? width / 2 : width / 2 - long} y={18} width={long} height={12} />
              <text x={more ? width / 2 + long + 5 : width / 2 - long - 5} y={28} text-anchor={more ? "start" : "end"}>{numbers.signed(difference)}</text>
            </g>
          );
        })}
      </svg>
    </div>
  );
}

function shortened(name: string, letters: number): string {
  return name.length <= letters ? name : `${name.slice(0, Math.max(1, letters - 1))}…`;
}

/** The width of a frame, followed as it changes. */
function useWidth() {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(360);
  useEffect(() => {
    if (!frame.current) return undefined;
    const watch = new ResizeObserver(([entry]) => setWidth(Math.max(280, Math.floor(entry.contentRect.width))));
    watch.observe(frame.current);
    return () => watch.disconnect();
  }, []);
  return [frame, width] as const;
}

/** A population pyramid: bars of one population, and the outline of another laid over it. */
import { ageNames, type Ages } from "./ages";
import { linear, ticks } from "./scale";
import { useWidth } from "./width";

const TOP = 26;
const MIDDLE = 64;

export function Tree({ first, second, most, words, tick, persons, label }: {
  first: Ages;
  /** Drawn as an outline. */
  second?: Ages;
  /** The largest value of the axis. */
  most: number;
  words: { male: string; female: string };
  tick: (value: number) => string;
  persons: (value: number) => string;
  label: string;
}) {
  const [box, whole] = useWidth();
  const width = Math.min(whole, 820);
  const row = 20;
  const height = TOP + 21 * row + 24;
  const room = width / 2 - MIDDLE / 2 - 12;
  const sides = { male: linear([0, most], [width / 2 - MIDDLE / 2, 12]), female: linear([0, most], [width / 2 + MIDDLE / 2, width - 12]) };
  const marks = ticks(0, most, room < 200 ? 2 : 4);
  const bottom = TOP + 21 * row;
  const y = (group: number) => bottom - (group + 1) * row;
  return (
    <div ref={box} class="chart">
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label} class="tree">
        {(["male", "female"] as const).map((sex) => (
          <g key={sex} class={sex}>
            <text class="head" x={sex === "male" ? width / 2 - MIDDLE / 2 : width / 2 + MIDDLE / 2} y={14} text-anchor={sex === "male" ? "end" : "start"}>{words[sex]}</text>
            {marks.map((mark) => (
              <g key={mark} class="axis">
                <line x1={sides[sex](mark)} x2={sides[sex](mark)} y1={TOP} y2={bottom} />
                <text x={sides[sex](mark)} y={bottom + 16} text-anchor={mark === 0 ? "middle" : sex === "male" ? "start" : "end"}>{tick(mark)}</text>
              </g>
            ))}
            {first[sex].map((value, group) => (
              <rect key={group} class="fill" x={Math.min(sides[sex](0), sides[sex](value))} y={y(group) + 1} width={Math.abs(sides[sex](value) - sides[sex](0))} height={row - 2}>
                <title>{`${words[sex]}, ${ageNames()[group]}: ${persons(value)}${second ? ` / ${persons(second[sex][group])}` : ""}`}</title>
              </rect>
            ))}
            {second && <path class="outline" d={outline(second[sex], sides[sex], y, row)} />}
          </g>
        ))}
        {ageNames().map((name, group) => <text key={name} class="age" x={width / 2} y={y(group) + row / 2} text-anchor="middle" dominant-baseline="middle">{name}</text>)}
      </svg>
    </div>
  );
}

function outline(values: number[], x: (value: number) => number, y: (group: number) => number, row: number): string {
  const steps = values.map((value, group) => `H${x(value).toFixed(1)}V${y(group).toFixed(1)}`);
  return `M${x(0).toFixed(1)} ${(y(0) + row).toFixed(1)}${steps.join("")}H${x(0).toFixed(1)}`;
}

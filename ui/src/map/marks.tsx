/** Points of the map and their names. One point at a time is in the order of Tab; arrows go to its neighbours. */
import { useRef, useState } from "preact/hooks";
import type { Label } from "./labels";
import type { Spot } from "./stage";

export interface Mark {
  node: number;
  key: string;
  name: string;
  x: number;
  y: number;
  radius: number;
  /** Whether it belongs to the chosen areas, is alone chosen, and whether any flow shown touches it. */
  chosen: boolean;
  only: boolean;
  touched: boolean;
  label: Label | undefined;
}

export function Marks({ marks, onNode, onSpot }: { marks: Mark[]; onNode: (node: number) => void; onSpot: (spot: Spot) => void }) {
  const group = useRef<SVGGElement>(null);
  const [current, setCurrent] = useState("");
  const start = marks.find(({ key }) => key === current) ?? marks.find(({ touched, chosen, label }) => touched && chosen && label) ?? marks[0];
  const keys = (event: KeyboardEvent, mark: Mark) => {
    if (event.key === "Enter" || event.key === " ") onNode(mark.node);
    else {
      const next = neighbour(marks, mark, event.key);
      if (!next) return;
      group.current?.querySelector<SVGElement>(`[data-node="${next.node}"]`)?.focus();
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <g ref={group}>
      {marks.map((mark) => (
        <circle
          key={mark.key} data-node={mark.node} data-key={mark.key} class={markClass(mark)} cx={round(mark.x)} cy={round(mark.y)} r={round(mark.radius)}
          role="button" aria-label={mark.name} aria-pressed={mark.only} tabIndex={mark === start ? 0 : -1}
          onKeyDown={(event) => keys(event, mark)}
          onFocus={(event) => {
            setCurrent(mark.key);
            if (event.currentTarget.matches(":focus-visible")) onSpot({ node: mark.node });
          }}
          onBlur={() => onSpot(undefined)}
        />
      ))}
      {marks.map(({ key, label, chosen, only }) => label && (
        <text key={key} class={only ? "map-name only" : chosen ? "map-name chosen" : "map-name"} x={round(label.x)} y={round(label.y)} text-anchor={label.anchor}>{label.text}</text>
      ))}
    </g>
  );
}

export function markClass({ chosen, only, touched }: Mark): string {
  return ["map-point", chosen && "chosen", only && "only", !touched && "quiet"].filter(Boolean).join(" ");
}

/** The nearest point in the direction of an arrow key; those aside count as farther. */
export function neighbour<M extends { x: number; y: number }>(marks: M[], from: M, key: string): M | undefined {
  const ways: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const way = ways[key];
  if (!way) return undefined;
  const cost = ({ x, y }: M) => {
    const ahead = (x - from.x) * way[0] + (y - from.y) * way[1];
    const aside = Math.abs((x - from.x) * way[1] + (y - from.y) * way[0]);
    return ahead > 0.5 && aside <= 2 * ahead ? ahead + 2 * aside : Infinity;
  };
  const best = marks.reduce((one, two) => (cost(two) < cost(one) ? two : one), from);
  return best !== from && Number.isFinite(cost(best)) ? best : undefined;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The legend under the map. */
import { useShared } from "../shared/context";
import type { Entry, Legend } from "./legend";
import { outline, PathText } from "./shape";

export function LegendView({ entries, remark }: Legend) {
  const { say } = useShared();
  return (
    <div class="map-legend">
      <ul aria-label={say("map.legend")}>
        {entries.map((entry) => (
          <li key={entry.text}>
            <svg width={46} height={heightOf(entry)} aria-hidden="true"><Sample {...entry} /></svg>
            <span>{entry.text}</span>
          </li>
        ))}
      </ul>
      <p class="note">{remark}</p>
    </div>
  );
}

export function heightOf({ sample }: Entry): number {
  return Math.max(18, "radius" in sample ? 2 * sample.radius + 3 : sample.width + 12);
}

/** The shape of an entry in a box 46 wide. */
export function Sample({ sample, ...entry }: Entry) {
  const middle = heightOf({ sample, ...entry }) / 2;
  if ("radius" in sample) return <circle class="map-point chosen" cx={23} cy={middle} r={sample.radius} />;
  const text = new PathText();
  outline(text, { ax: 2, ay: middle, cx: 23, cy: middle, bx: 44, by: middle, width: sample.width });
  return <path class={`map-flow ${sample.kind}${sample.open ? " open" : ""}`} d={text.toString()} fill-opacity={sample.opacity} />;
}

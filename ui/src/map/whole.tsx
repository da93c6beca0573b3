/**
 * The map as one SVG, for downloads and for print: the page itself draws flows on a canvas. It stands first in the
 * figure, out of sight, and follows the map when nothing has changed for a moment, so that it costs no step of the
 * slider anything.
 */
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Flow } from "./figures";
import { layersOf } from "./layers";
import { LETTER } from "./labels";
import type { Legend } from "./legend";
import { markClass, type Mark } from "./marks";
import { heightOf, Sample } from "./samples";
import { PathText, type Curve } from "./shape";
import { unit, type Sight, type Size } from "./view";

const CALM = 250;
const ROW = 26;

export interface Drawn {
  land: string;
  edges: { sphere: string; lines: string };
  size: Size;
  sight: Sight;
  flows: Flow[];
  curves: Curve[];
  marks: Mark[];
  legend: Legend;
  label: string;
}

export function Whole(drawn: Drawn) {
  const [calm, setCalm] = useState<Drawn>();
  useEffect(() => {
    const timer = setTimeout(() => setCalm(drawn), CALM);
    return () => clearTimeout(timer);
  }, [drawn.size, drawn.sight, drawn.flows, drawn.curves, drawn.marks, drawn.label]);
  const picture = useMemo(() => calm && calm.size.width > 0 && <Picture {...calm} />, [calm]);
  return <div class="map-whole" aria-hidden="true">{picture}</div>;
}

function Picture({ land, edges, size: { width, height }, sight, flows, curves, marks, legend, label }: Drawn) {
  const scale = unit(sight, { width, height });
  const rows = arranged(legend, width);
  const whole = height + 12 + ROW * rows.length + 20;
  return (
    <svg role="img" aria-label={label} width={width} height={whole} viewBox={`0 0 ${width} ${whole}`}>
      <clipPath id="map-whole-frame"><rect width={width} height={height} /></clipPath>
      <g clip-path="url(#map-whole-frame)">
        <g transform={`translate(${width / 2 - sight.x * scale} ${height / 2 - sight.y * scale}) scale(${scale})`}>
          <path class="map-sea" d={edges.sphere} />
          <path class="map-lines" d={edges.lines} stroke-width={0.6 / scale} />
          <path class="map-ground" d={land} fill-rule="evenodd" />
        </g>
        {layersOf(flows, curves, () => new PathText()).map(({ path, kind, opacity, stroke, edge }, i) => (
          stroke > 0
            ? <path key={i} class={`map-flow line ${kind}`} d={path.toString()} stroke-width={stroke} stroke-opacity={opacity} />
            : <path key={i} class={`map-flow ${kind} ${edge === "own" ? "open" : edge}`} d={path.toString()} fill-opacity={opacity} />
        ))}
        {marks.map((mark) => <circle key={mark.key} class={markClass(mark)} cx={mark.x} cy={mark.y} r={mark.radius} />)}
        {marks.map(({ key, label: name, chosen }) => name && (
          <text key={key} class={chosen ? "map-name chosen" : "map-name"} x={name.x} y={name.y} text-anchor={name.anchor}>{name.text}</text>
        ))}
      </g>
      {rows.map((row, i) => row.map(({ x, entry }) => (
        <g key={entry.text} transform={`translate(${x} ${height + 12 + i * ROW + (ROW - heightOf(entry)) / 2})`}>
          <Sample {...entry} />
          <text class="map-name" x={52} y={heightOf(entry) / 2 + 4}>{entry.text}</text>
        </g>
      )))}
      <text class="map-name" x={0} y={whole - 6}>{legend.remark}</text>
    </svg>
  );
}

type Placed = { x: number; entry: Legend["entries"][number] };

/** Entries of the legend in rows that fit. */
function arranged({ entries }: Legend, width: number): Placed[][] {
  const rows: Placed[][] = [[]];
  let x = 0;
  for (const entry of entries) {
    const wide = 70 + entry.text.length * LETTER;
    if (x > 0 && x + wide > width) {
      rows.push([]);
      x = 0;
    }
    rows[rows.length - 1].push({ x, entry });
    x += wide;
  }
  return rows;
}

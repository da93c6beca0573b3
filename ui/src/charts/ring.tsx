/** A chord diagram with directed ribbons: each ends at its destination in a point. */
import { chordDirected, ribbonArrow, type Chord, type ChordGroup } from "d3-chord";
import { arc } from "d3-shape";
import type { RingNode } from "./nodes";
import { shortened } from "./scale";
import { useWidth } from "./width";

interface Props {
  nodes: RingNode[];
  sums: number[][];
  /** The node that is looked at; -1 for none. */
  held: number;
  onHold: (node: number) => void;
  onPick: (node: number) => void;
  /** A node and a ribbon in words. */
  saidNode: (node: number) => string;
  saidRibbon: (from: number, to: number) => string;
  label: string;
}

export function RingDrawing(props: Props) {
  const { nodes, sums, label } = props;
  const [box, whole] = useWidth(600);
  const size = Math.min(whole, 860);
  const numbered = size < 560;
  const outer = size / 2 - (numbered ? 26 : Math.min(190, size * 0.25));
  const chords = chordDirected().padAngle(Math.min(0.05, 0.9 / nodes.length)).sortSubgroups((a, b) => b - a)(sums);
  const angles = apart(chords.groups.map(({ startAngle, endAngle }) => (startAngle + endAngle) / 2), 14 / outer);
  return (
    <div ref={box} class="chart">
      <svg width={size} height={size} viewBox={`${-size / 2} ${-size / 2} ${size} ${size}`} role="group" aria-label={label} class="ring">
        <Ribbons {...props} chords={[...chords]} radius={outer - 14} />
        {chords.groups.map((group) => <Arc key={nodes[group.index].key} {...props} group={group} angle={angles[group.index]} outer={outer} numbered={numbered} letters={Math.floor((size / 2 - outer - 16) / 7.2)} />)}
      </svg>
    </div>
  );
}

function Ribbons({ nodes, held, saidRibbon, chords, radius }: Props & { chords: Chord[]; radius: number }) {
  const draw = ribbonArrow<Chord, Chord["source"]>().radius(radius).padAngle(0.004).headRadius(10);
  const kind = ({ source, target }: Chord) => {
    if (held < 0) return nodes[source.index].own || nodes[target.index].own || !nodes.some(({ own }) => own) ? "plain" : "dim";
    const [from, to] = [source.index === held, target.index === held];
    return from && to ? "within" : from ? "out" : to ? "in" : "dim";
  };
  const order = (one: Chord) => Number(kind(one) !== "dim");
  return (
    <>
      {chords.sort((a, b) => order(a) - order(b)).map((one) => (
        <path key={`${one.source.index} ${one.target.index}`} class={`ribbon ${kind(one)}`} d={String(draw(one) as unknown as string)}>
          <title>{saidRibbon(one.source.index, one.target.index)}</title>
        </path>
      ))}
    </>
  );
}

interface ArcProps extends Props {
  group: ChordGroup;
  /** Where its label stands, so that no two of them meet. */
  angle: number;
  outer: number;
  numbered: boolean;
  letters: number;
}

function Arc({ nodes, group, angle, outer, numbered, letters, held, onHold, onPick, saidNode }: ArcProps) {
  const { index, startAngle, endAngle } = group;
  const middle = (startAngle + endAngle) / 2;
  const turned = Math.sin(angle) < 0;
  const path = arc()({ innerRadius: outer - 12, outerRadius: outer, startAngle, endAngle }) ?? "";
  const at = `rotate(${(angle * 180) / Math.PI - 90}) translate(${outer + (numbered ? 13 : 14)} 0)`;
  return (
    <g class={`arc${held === index ? " held" : ""}${nodes[index].own ? " own" : ""}`} role="button" tabindex={0}
      onMouseEnter={() => onHold(index)} onMouseLeave={() => onHold(-1)} onFocus={() => onHold(index)} onBlur={() => onHold(-1)}
      onClick={() => onPick(index)} onKeyDown={(event) => (event.key === "Enter" || event.key === " ") && (event.preventDefault(), onPick(index))}>
      <title>{saidNode(index)}</title>
      <path d={path} />
      <line x1={outer * Math.sin(middle)} y1={-outer * Math.cos(middle)} x2={(outer + (numbered ? 4 : 11)) * Math.sin(angle)} y2={-(outer + (numbered ? 4 : 11)) * Math.cos(angle)} />
      {numbered
        ? <text x={(outer + 15) * Math.sin(angle)} y={-(outer + 15) * Math.cos(angle)} text-anchor="middle" dominant-baseline="middle">{index + 1}</text>
        : <text transform={at + (turned ? " rotate(180)" : "")} text-anchor={turned ? "end" : "start"} dominant-baseline="middle">{shortened(nodes[index].name, letters)}</text>}
    </g>
  );
}

/** Angles of labels in their order around a circle, moved apart until each has its room. */
export function apart(middles: number[], room: number): number[] {
  const step = Math.min(room, (2 * Math.PI) / middles.length);
  const angles = [...middles];
  for (let i = 1; i < angles.length; i++) angles[i] = Math.max(angles[i], angles[i - 1] + step);
  let limit = angles[0] + 2 * Math.PI;
  for (let i = angles.length - 1; i >= 0; i--) limit = angles[i] = Math.min(angles[i], limit - step);
  return angles;
}

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
  const outer = size / 2 - (numbered ? 26 : Math.min(170, size * 0.21));
  const chords = chordDirected().padAngle(Math.min(0.05, 0.9 / nodes.length)).sortSubgroups((a, b) => b - a)(sums);
  return (
    <div ref={box} class="chart">
      <svg width={size} height={size} viewBox={`${-size / 2} ${-size / 2} ${size} ${size}`} role="group" aria-label={label} class="ring">
        <Ribbons {...props} chords={[...chords]} radius={outer - 14} />
        {chords.groups.map((group) => <Arc key={nodes[group.index].key} {...props} group={group} outer={outer} numbered={numbered} letters={Math.floor((size / 2 - outer) / 6.6)} />)}
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
  outer: number;
  numbered: boolean;
  letters: number;
}

function Arc({ nodes, group, outer, numbered, letters, held, onHold, onPick, saidNode }: ArcProps) {
  const { index, startAngle, endAngle } = group;
  const middle = (startAngle + endAngle) / 2;
  const turned = middle > Math.PI;
  const path = arc()({ innerRadius: outer - 12, outerRadius: outer, startAngle, endAngle }) ?? "";
  const at = `rotate(${(middle * 180) / Math.PI - 90}) translate(${outer + 7} 0)`;
  return (
    <g class={`arc${held === index ? " held" : ""}${nodes[index].own ? " own" : ""}`} role="button" tabIndex={0} aria-label={saidNode(index)}
      onMouseEnter={() => onHold(index)} onMouseLeave={() => onHold(-1)} onFocus={() => onHold(index)} onBlur={() => onHold(-1)}
      onClick={() => onPick(index)} onKeyDown={(event) => (event.key === "Enter" || event.key === " ") && (event.preventDefault(), onPick(index))}>
      <title>{saidNode(index)}</title>
      <path d={path} />
      {numbered
        ? <text x={(outer + 13) * Math.sin(middle)} y={-(outer + 13) * Math.cos(middle)} text-anchor="middle" dominant-baseline="middle">{index + 1}</text>
        : <text transform={at + (turned ? " rotate(180)" : "")} text-anchor={turned ? "end" : "start"} dominant-baseline="middle">{shortened(nodes[index].name, letters)}</text>}
    </g>
  );
}

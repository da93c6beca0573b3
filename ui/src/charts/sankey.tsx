/** Streams from origins on the left to destinations on the right. */
import { sankey, sankeyLinkHorizontal } from "d3-sankey";
import { useState } from "preact/hooks";
import { OTHERS, type Side, type Stream } from "./flows";
import { shortened } from "./scale";
import { useWidth } from "./width";

interface Node {
  id: string;
  area: number;
}
interface Link {
  source: string;
  target: string;
  value: number;
  side: Side;
}

export function Sankey({ streams, name, persons, said, label }: {
  streams: Stream[];
  name: (area: number) => string;
  persons: (value: number) => string;
  /** A stream in words. */
  said: (from: string, to: string, persons: string) => string;
  label: string;
}) {
  const [box, width] = useWidth();
  const [held, setHeld] = useState("");
  const room = Math.min(250, Math.max(92, width * 0.24));
  const { nodes, links } = laid(streams, width, room);
  const height = heightOf(streams);
  const path = sankeyLinkHorizontal<Node, Link>();
  return (
    <div ref={box} class="chart">
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="group" aria-label={label}>
        {links.map((link) => {
          const [from, to] = [link.source as unknown as Node, link.target as unknown as Node];
          const dim = held && held !== from.id && held !== to.id;
          const rest = from.area === OTHERS && to.area === OTHERS ? " others" : "";
          return (
            <path key={`${from.id} ${to.id} ${link.side}`} class={`stream ${link.side}${rest}${dim ? " dim" : ""}`} d={path(link) ?? ""} stroke-width={Math.max(1, link.width ?? 1)}>
              <title>{said(name(from.area), name(to.area), persons(link.value))}</title>
            </path>
          );
        })}
        {nodes.map((node) => {
          const left = node.id[0] === "o";
          const middle = ((node.y0 ?? 0) + (node.y1 ?? 0)) / 2;
          const whole = `${name(node.area)}: ${persons(node.value ?? 0)}`;
          return (
            <g key={node.id} class="node" tabindex={0} role="img" aria-label={whole} onFocus={() => setHeld(node.id)} onBlur={() => setHeld("")}
              onMouseEnter={() => setHeld(node.id)} onMouseLeave={() => setHeld("")}>
              <title>{whole}</title>
              <rect x={node.x0} y={node.y0} width={10} height={Math.max(1, (node.y1 ?? 0) - (node.y0 ?? 0))} />
              <text x={left ? (node.x0 ?? 0) - 6 : (node.x1 ?? 0) + 6} y={middle} text-anchor={left ? "end" : "start"} dominant-baseline="middle">
                {shortened(name(node.area), Math.floor((room - 8) / 7.4))}
              </text>
            </g>
          );
        })}
      </svg>
    </div>
  );
}

function heightOf(streams: Stream[]): number {
  const most = Math.max(new Set(streams.map(({ from }) => from)).size, new Set(streams.map(({ to }) => to)).size);
  return Math.max(260, most * 36);
}

function laid(streams: Stream[], width: number, room: number) {
  const ends = (side: "from" | "to", letter: string): Node[] => [...new Set(streams.map((stream) => stream[side]))].map((area) => ({ id: letter + area, area }));
  const links = streams.map(({ from, to, side, value }) => ({ source: `o${from}`, target: `d${to}`, side, value }));
  return sankey<Node, Link>()
    .nodeId(({ id }) => id)
    .nodeWidth(10)
    .nodePadding(14)
    .nodeSort((a, b) => Number(a.area === OTHERS) - Number(b.area === OTHERS) || (b.value ?? 0) - (a.value ?? 0))
    .extent([[room, 8], [width - room, heightOf(streams) - 8]])({ nodes: [...ends("from", "o"), ...ends("to", "d")], links });
}

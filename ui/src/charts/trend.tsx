/** Lines over years, past and projection in one, with fans of 80 and 95 per cent. */
import { area, line } from "d3-shape";
import { useState } from "preact/hooks";
import type { Bounds } from "../contents/world";
import { extent, linear, ticks, type Scale } from "./scale";
import { useWidth } from "./width";

export interface Line {
  name: string;
  kind: "first" | "second";
  values: number[];
  bounds?: (Bounds | undefined)[];
}

interface Props {
  years: number[];
  lines: Line[];
  /** First year of the projection, and the words at the join. */
  join: number;
  words: { past: string; future: string };
  /** Whether the axis begins at zero. */
  zero: boolean;
  tick: (value: number) => string;
  /** All values of a year in words. */
  said: (year: number) => string;
  label: string;
  year: number;
  onYear: (year: number) => void;
}

const HEIGHT = 280;
const EDGE = { top: 26, bottom: 26, right: 18 };

export function Trend(props: Props) {
  const { years, lines, join, words, zero, tick, said, label, year, onYear } = props;
  const [box, width] = useWidth(520);
  const [held, setHeld] = useState<number>();
  const range = extent(lines.flatMap(({ values, bounds }) => [...values, ...(bounds ?? []).flatMap((one) => (one ? [one.low95, one.high95] : []))]), zero);
  const marks = ticks(...range, 5);
  const left = Math.max(...marks.map((mark) => tick(mark).length)) * 7.2 + 12;
  const x = linear([years[0], years[years.length - 1]], [left, width - EDGE.right]);
  const y = linear(range, [HEIGHT - EDGE.bottom, EDGE.top]);
  const at = held ?? year;
  const point = (event: PointerEvent) => {
    const place = (event.currentTarget as SVGElement).getBoundingClientRect();
    const found = Math.round(years[0] + ((event.clientX - place.left - left) / (width - EDGE.right - left)) * (years.length - 1));
    return Math.min(years[years.length - 1], Math.max(years[0], found));
  };
  const step = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, PageDown: -10, PageUp: 10 }[event.key];
    if (!by) return;
    event.preventDefault();
    onYear(Math.min(years[years.length - 1], Math.max(years[0], year + by)));
  };
  return (
    <div ref={box} class="chart">
      <svg width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} class="trend" role="slider" tabindex={0} aria-label={label} aria-valuemin={years[0]} aria-valuemax={years[years.length - 1]}
        aria-valuenow={year} aria-valuetext={said(year)} onPointerMove={(event) => setHeld(point(event))} onPointerLeave={() => setHeld(undefined)}
        onClick={(event) => onYear(point(event as unknown as PointerEvent))} onKeyDown={step}>
        <Axes {...{ years, marks, tick, x, y, left, width }} />
        <Join {...{ join, words, x, narrow: width < 420 }} />
        {lines.map((one) => <Fan key={one.name} line={one} years={years} x={x} y={y} />)}
        {range[0] < 0 && <line class="zero" x1={left} x2={width - EDGE.right} y1={y(0)} y2={y(0)} />}
        {lines.map((one) => <Course key={one.name} line={one} years={years} join={join} x={x} y={y} />)}
        <line class="cursor" x1={x(at)} x2={x(at)} y1={EDGE.top} y2={HEIGHT - EDGE.bottom} />
        {lines.map(({ name, kind, values }) => Number.isFinite(values[at - years[0]]) && <circle key={name} class={kind} cx={x(at)} cy={y(values[at - years[0]])} r={4} />)}
      </svg>
      <p class="said" aria-hidden="true">{said(at)}</p>
    </div>
  );
}

interface AxesProps {
  years: number[];
  marks: number[];
  tick: (value: number) => string;
  x: Scale;
  y: Scale;
  left: number;
  width: number;
}

function Axes({ years, marks, tick, x, y, left, width }: AxesProps) {
  return (
    <>
      {marks.map((mark) => (
        <g key={mark} class="axis"><line x1={left} x2={width - EDGE.right} y1={y(mark)} y2={y(mark)} /><text x={left - 6} y={y(mark)} text-anchor="end" dominant-baseline="middle">{tick(mark)}</text></g>
      ))}
      {ticks(years[0], years[years.length - 1], width < 420 ? 4 : 8).map((one) => (
        <text key={one} class="mark" x={x(one)} y={HEIGHT - 6} text-anchor="middle">{one}</text>
      ))}
    </>
  );
}

function Join({ join, words, x, narrow }: { join: number; words: Props["words"]; x: Scale; narrow: boolean }) {
  const at = x(join - 0.5);
  return (
    <g class="join">
      <line x1={at} x2={at} y1={6} y2={HEIGHT - EDGE.bottom} />
      <text x={at - 6} y={16} text-anchor="end">{narrow ? "" : "← "}{words.past}</text>
      <text x={at + 6} y={16}>{words.future}{narrow ? "" : " →"}</text>
    </g>
  );
}

function Fan({ line: { bounds, kind }, years, x, y }: { line: Line; years: number[]; x: Scale; y: Scale }) {
  if (!bounds?.some(Boolean)) return null;
  const shape = (low: keyof Bounds, high: keyof Bounds) =>
    area<number>()
      .defined((i) => bounds[i] !== undefined)
      .x((i) => x(years[i]))
      .y0((i) => y(bounds[i]?.[low] ?? 0))
      .y1((i) => y(bounds[i]?.[high] ?? 0))([...years.keys()]) ?? "";
  return <g class={`fan ${kind}`}><path d={shape("low95", "high95")} /><path d={shape("low80", "high80")} /></g>;
}

function Course({ line: { values, kind }, years, join, x, y }: { line: Line; years: number[]; join: number; x: Scale; y: Scale }) {
  const draw = line<number>().defined((i) => Number.isFinite(values[i])).x((i) => x(years[i])).y((i) => y(values[i]));
  const all = [...years.keys()];
  return (
    <g class={`course ${kind}`}>
      <path d={draw(all.filter((i) => years[i] < join)) ?? ""} />
      <path class="future" d={draw(all.filter((i) => years[i] >= join - 1)) ?? ""} />
    </g>
  );
}

/** A drawing over the years: lines, intervals and marks in one panel or several. */
import { useShared } from "../shared/context";
import { Numbers } from "../shared/numbers";
import { Legend, legendHeight, legendOf, Mark } from "./legend";
import { type Band, type Line, type Marks, type Panel, valuesOf } from "./panel";
import { domain, fitted, path, scale, type Scale, ticks, widthOf } from "./scale";
import { useWidth } from "./width";

const HEIGHT = 230;
const LEAST = 240;
const FOOT = 26;

interface Box {
  left: number;
  top: number;
  width: number;
  /** Room above the drawing for the title and for the words at the join. */
  head: number;
  height: number;
}

/** Panels side by side where there is room, one above the other elsewhere. A click chooses the year, as the slider does. */
export function Trend({ label, panels, unit, shared = false, percent = false }: {
  /** What the drawing says, for those who do not see it. */
  label: string;
  panels: Panel[];
  unit: string;
  /** Whether all panels have one scale. */
  shared?: boolean;
  /** Whether values are per cent and not persons. */
  percent?: boolean;
}) {
  const { place } = useShared();
  const numbers = new Numbers(place.language);
  const [frame, width] = useWidth();
  const across = Math.max(1, Math.min(panels.length, Math.floor(width / LEAST)));
  const rows = Math.ceil(panels.length / across);
  const entries = legendOf(panels);
  const top = legendHeight(entries, width) + 20;
  const all = panels.flatMap(valuesOf);
  const side = width / across;
  const head = panels.some(({ title }) => title) ? 36 : 20;
  const step = HEIGHT + head + FOOT;
  return (
    <div ref={frame} class="sheet-drawing">
      <svg role="img" aria-label={label} width={width} height={top + rows * step}>
        <Legend entries={entries} width={width} />
        <text class="sheet-unit" x={0} y={top - 6}>{unit}</text>
        {panels.map((panel, i) => {
          const box = { left: (i % across) * side, top: top + Math.floor(i / across) * step, width: side - (across > 1 ? 14 : 0), head, height: HEIGHT };
          return <OnePanel key={i} panel={panel} box={box} ends={domain(shared ? all : valuesOf(panel))} numbers={numbers} percent={percent} />;
        })}
      </svg>
    </div>
  );
}

/** Label of a tick; all ticks of an axis have the unit of its largest. */
function tickWords(numbers: Numbers, values: number[]): (value: number) => string {
  const step = Math.abs(values[1] - values[0]) || Math.abs(values[0]) || 1;
  const largest = Math.max(...values.map(Math.abs));
  if (largest < 1e6) return (value) => numbers.plain(value, Math.max(0, -Math.floor(Math.log10(step))));
  const [divisor, digits] = largest < 1e9 ? [1e6, Math.max(0, 6 - Math.floor(Math.log10(step)))] : [1e9, Math.max(0, 9 - Math.floor(Math.log10(step)))];
  const word = numbers.persons(divisor).split("\u00a0")[1] ?? "";
  return (value) => (value === 0 ? "0" : `${numbers.plain(value / divisor, digits)}\u00a0${word}`);
}

/** Where things of a panel stand. */
interface Frame {
  span: [number, number];
  left: number;
  right: number;
  top: number;
  bottom: number;
  x: Scale;
  y: Scale;
}

function OnePanel({ panel, box, ends, numbers, percent }: { panel: Panel; box: Box; ends: [number, number]; numbers: Numbers; percent: boolean }) {
  const { world, place } = useShared();
  const marks = ticks(...ends, 5);
  const words = tickWords(numbers, marks);
  const years = panel.lines.flatMap(({ points }) => points.map(([year]) => year));
  const span: [number, number] = [Math.min(...years), Math.max(...years)];
  const left = box.left + 8 + Math.max(...marks.map((value) => widthOf(words(value), 12)));
  const right = box.left + box.width - 18;
  const [top, bottom] = [box.top + box.head, box.top + box.head + box.height];
  const frame: Frame = { span, left, right, top, bottom, x: scale(span, [left, right]), y: scale(ends, [bottom, top]) };
  const { x, y } = frame;
  const join = world.first - 0.5;
  return (
    <g>
      {panel.title && <text class="sheet-panel" x={left} y={box.top + 12}>{fitted(panel.title, right - left, 14)}</text>}
      <Axes frame={frame} marks={marks} words={words} />
      {span[0] < join && <Join frame={frame} x={x(join)} />}
      {place.year >= span[0] && place.year <= span[1] && <line class="sheet-chosen" x1={x(place.year)} x2={x(place.year)} y1={top} y2={bottom} />}
      {panel.bands.map((band) => <BandShape key={band.kind} band={band} x={x} y={y} />)}
      {panel.lines.map((line) => <LineShape key={line.kind} line={line} x={x} y={y} join={join} chosen={place.year} />)}
      {panel.marks.map((set) => <MarkShapes key={set.kind} set={set} x={x} y={y} />)}
      <Readings lines={panel.lines} year={place.year} frame={frame} words={(value) => (percent ? `${numbers.plain(value, 1)}\u00a0%` : numbers.persons(value))} />
      <Catch frame={frame} />
    </g>
  );
}

function Axes({ frame: { span, left, right, bottom, x, y }, marks, words }: { frame: Frame; marks: number[]; words: (value: number) => string }) {
  return (
    <g>
      {marks.map((value) => (
        <g key={value}>
          <line class={value === 0 ? "sheet-zero" : "sheet-grid"} x1={left} x2={right} y1={y(value)} y2={y(value)} />
          <text class="sheet-tick" x={left - 6} y={y(value) + 4} text-anchor="end">{words(value)}</text>
        </g>
      ))}
      {yearTicks(span, right - left).map((year) => <text key={year} class="sheet-tick" x={x(year)} y={bottom + 17} text-anchor="middle">{year}</text>)}
    </g>
  );
}

/** What a click falls on: it chooses the year. */
function Catch({ frame: { span, left, right, top, bottom } }: { frame: Frame }) {
  const { go, say, tell } = useShared();
  const choose = (event: MouseEvent) => {
    const edges = (event.currentTarget as SVGElement).getBoundingClientRect();
    const share = (event.clientX - edges.left) / edges.width;
    const year = Math.round(span[0] + share * (span[1] - span[0]));
    go({ year }, { replace: true });
    tell(say("sheet.yearNow", { year }));
  };
  return <rect class="sheet-catch" x={left} y={top} width={Math.max(0, right - left)} height={bottom - top} onClick={choose} />;
}

function yearTicks([first, last]: [number, number], width: number): number[] {
  return ticks(first, last, Math.max(2, Math.floor(width / 70))).filter(Number.isInteger);
}

/** The place where estimates end and the projection begins. */
function Join({ frame: { left, right, top, bottom }, x }: { frame: Frame; x: number }) {
  const { say } = useShared();
  const [before, after] = [say("shell.estimated"), say("shell.projected")];
  return (
    <g>
      <line class="sheet-join" x1={x} x2={x} y1={top} y2={bottom} />
      {x - left > widthOf(before, 12) && <text class="sheet-era" x={x - 5} y={top - 5} text-anchor="end">{before}</text>}
      {right - x > widthOf(after, 12) && <text class="sheet-era" x={x + 5} y={top - 5}>{after}</text>}
    </g>
  );
}

function BandShape({ band, x, y }: { band: Band; x: Scale; y: Scale }) {
  const upper = band.points.map(({ year, high }) => `${x(year).toFixed(1)},${y(high).toFixed(1)}`);
  const lower = band.points.map(({ year, low }) => `${x(year).toFixed(1)},${y(low).toFixed(1)}`).reverse();
  return <polygon class={`sheet-band sheet-band-${band.kind}`} points={[...upper, ...lower].join(" ")} />;
}

/** A line, not drawn over the join: the past and the projection are two things. */
function LineShape({ line, x, y, join, chosen }: { line: Line; x: Scale; y: Scale; join: number; chosen: number }) {
  const parts = [line.points.filter(([year]) => year < join), line.points.filter(([year]) => year > join)];
  const at = line.points.find(([year, value]) => year === chosen && Number.isFinite(value));
  return (
    <g class={`sheet-line sheet-line-${line.kind}`}>
      {parts.map((points, i) => <path key={i} d={path(points.map(([year, value]) => [x(year), y(value)]))} />)}
      {at && line.kind !== "before" && <circle cx={x(at[0])} cy={y(at[1])} r={4} />}
    </g>
  );
}

/** Values of the chosen year beside their dots: the higher one above, the lower one below. */
function Readings({ lines, year, frame: { left, right, x, y }, words }: { lines: Line[]; year: number; frame: Frame; words: (value: number) => string }) {
  const found = lines
    .filter(({ kind }) => kind !== "before")
    .flatMap(({ points }) => points.filter(([at, value]) => at === year && Number.isFinite(value)).map(([, value]) => value))
    .sort((one, other) => other - one);
  return (
    <>
      {found.map((value, i) => {
        const half = widthOf(words(value)) / 2 + 2;
        const at = Math.max(left + half, Math.min(right + 16 - half, x(year)));
        return <text key={i} class="sheet-reading" x={at} y={y(value) + (i === 0 ? -9 : 19)} text-anchor="middle">{words(value)}</text>;
      })}
    </>
  );
}

function MarkShapes({ set, x, y }: { set: Marks; x: Scale; y: Scale }) {
  return <g class={`sheet-mark sheet-mark-${set.kind}`}>{set.points.filter(([, value]) => Number.isFinite(value)).map(([year, value]) => <Mark key={year} kind={set.kind} x={x(year)} y={y(value)} />)}</g>;
}

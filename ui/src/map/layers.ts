/** Flows as few layers of one colour and opacity, for the canvas and for the SVG alike. */
import type { Flow, Kind } from "./figures";
import { head, line, outline, type Curve, type Pen } from "./shape";

/** One path with one look. Shapes in it that overlap do not darken. */
export interface Layer<P extends Pen> {
  path: P;
  kind: Kind;
  opacity: number;
  /** Width of the line; 0 for a filled shape. */
  stroke: number;
  /** Filled shapes of wide flows have an edge in the colour of the sea, or, where they are open, in their own. */
  edge: "none" | "paper" | "own";
}

/** Opacity of the grades, best known first; the last is the face of an open shape. */
export const OPACITIES = [0.95, 0.66, 0.38, 0.2] as const;
const WIDE_FROM = 1.6;
/** Narrower shapes are too small for an open face: they are faint instead. */
const OPEN_FROM = 4;
/** Flows beyond this place in the order of size are drawn without a head. */
const HEADS = 600;
/** Opacity of the grades where shapes cannot be open. */
const FAINT = [0.95, 0.68, 0.45, 0.5] as const;
const LINES = [0.35, 0.6, 0.9, 1.3] as const;
/** More flows than this are drawn thinner and fainter, so that land and large flows stay visible. */
const MANY = 1000;

/** Layers from the back to the front: lines, their heads, then wide flows from the smallest to the largest. */
export function layersOf<P extends Pen>(flows: Flow[], curves: Curve[], fresh: () => P): Layer<P>[] {
  const lines = new Map<string, Layer<P>>();
  const heads = new Map<string, Layer<P>>();
  const wide: Layer<P>[] = [];
  const many = flows.length > MANY;
  flows.forEach((flow, i) => {
    const one = curves[i];
    if (one.width >= WIDE_FROM) {
      wide.push(shape(fresh(), flow, one));
      return;
    }
    const stroke = (many ? LINES : LINES.slice(1)).find((width) => one.width <= width) ?? LINES[LINES.length - 1];
    const opacity = FAINT[flow.grade] * (many && stroke < 0.5 ? 0.5 : 0.85);
    line(layerIn(lines, { path: fresh, kind: flow.kind, opacity, stroke }), one);
    if (i < HEADS) head(layerIn(heads, { path: fresh, kind: flow.kind, opacity, stroke: 0 }), one);
  });
  return [...ordered(lines), ...ordered(heads), ...wide.reverse()];
}

function shape<P extends Pen>(path: P, flow: Flow, one: Curve): Layer<P> {
  outline(path, one);
  const open = isOpen(flow) && one.width >= OPEN_FROM;
  const opacity = isOpen(flow) ? (open ? OPACITIES[3] : FAINT[3]) : OPACITIES[flow.grade];
  return { path, kind: flow.kind, opacity, stroke: 0, edge: open ? "own" : "paper" };
}

/** Open shapes: flows without an interval, and those that fall. */
function isOpen({ kind, grade }: Flow): boolean {
  return kind === "fewer" || (grade === 3 && kind !== "more");
}

function layerIn<P extends Pen>(layers: Map<string, Layer<P>>, look: { path: () => P; kind: Kind; opacity: number; stroke: number }): P {
  const key = `${look.stroke} ${look.opacity} ${look.kind}`;
  let found = layers.get(key);
  if (!found) layers.set(key, (found = { ...look, path: look.path(), edge: "none" }));
  return found.path;
}

/** Thin and faint lines behind. */
function ordered<P extends Pen>(layers: Map<string, Layer<P>>): Layer<P>[] {
  return [...layers.values()].sort((a, b) => a.stroke - b.stroke || a.opacity - b.opacity);
}

/** Variable of the style sheet that has the colour of a kind. */
export const COLOURS: Record<Kind, string> = { within: "--within", in: "--in", out: "--out", more: "--in", fewer: "--out" };

/** Colours of the page at present: of every kind of flow, and of the sea. Reading them makes the browser lay out the page. */
export type Palette = Record<Kind | "sea", string>;

export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element);
  const named = Object.entries({ ...COLOURS, sea: "--sea" }).map(([name, variable]) => [name, style.getPropertyValue(variable).trim()]);
  return Object.fromEntries(named) as Palette;
}

/** Draw on the canvas, which is as large as the frame. */
export function paint(canvas: HTMLCanvasElement, width: number, height: number, layers: Layer<Path2D>[], palette: Palette): void {
  const ratio = Math.min(devicePixelRatio || 1, 2);
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
  const context = canvas.getContext("2d");
  if (!context) return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  for (const layer of layers) paintLayer(context, layer, palette[layer.kind], palette.sea);
}

function paintLayer(context: CanvasRenderingContext2D, { path, opacity, stroke, edge }: Layer<Path2D>, colour: string, sea: string): void {
  if (edge !== "none") {
    context.globalAlpha = edge === "own" ? 0.75 : 0.7;
    context.strokeStyle = edge === "own" ? colour : sea;
    context.lineWidth = edge === "own" ? 1 : 1.3;
    context.stroke(path);
  }
  context.globalAlpha = opacity;
  if (stroke > 0) {
    context.strokeStyle = colour;
    context.lineWidth = stroke;
    context.stroke(path);
  } else {
    context.fillStyle = colour;
    context.fill(path);
  }
}

/** The map in its frame: land, flows on a canvas, points and names above, and what the pointer and the keys do. */
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { useShared } from "../shared/context";
import { layersOf, paint, paletteOf, type Palette } from "./layers";
import { Marks, type Mark } from "./marks";
import { nearest, outline, PathText, type Curve } from "./shape";
import type { Flow } from "./figures";
import { closer, shifted, unit, WORLD, type Sight, type Size } from "./view";

/** What is pointed at or has the focus: a flow by its place in the list, or a node. */
export type Spot = { flow: number } | { node: number } | undefined;

export interface StageProps {
  land: string;
  edges: { sphere: string; lines: string };
  size: Size;
  onSize: (size: Size) => void;
  sight: Sight;
  onSight: (sight: Sight) => void;
  flows: Flow[];
  curves: Curve[];
  marks: Mark[];
  spot: Spot;
  onSpot: (spot: Spot) => void;
  /** A node was chosen; undefined: the sea was. */
  onNode: (node: number | undefined) => void;
  onFlow: (flow: number) => void;
  /** The main result, for those who do not see the map. */
  label: string;
  children: ComponentChildren;
}

export function Stage(props: StageProps) {
  const { land, edges, size, sight, flows, curves, marks, spot, label, children } = props;
  const { say } = useShared();
  const frame = useRef<HTMLDivElement>(null);
  useSize(frame, props.onSize);
  useWheel(frame, props);
  const pointer = usePointer(frame, props);
  const scale = unit(sight, size);
  const transform = `translate(${size.width / 2 - sight.x * scale} ${size.height / 2 - sight.y * scale}) scale(${scale})`;
  const ground = useMemo(() => (
    <g transform={transform}>
      <path class="map-sea" d={edges.sphere} />
      <path class="map-lines" d={edges.lines} />
      <path class="map-ground" d={land} fill-rule="evenodd" />
    </g>
  ), [transform, land]);
  const points = useMemo(
    () => <Marks marks={marks} onNode={props.onNode} onSpot={props.onSpot} />,
    [marks, props.onNode, props.onSpot],
  );
  return (
    <div class="map-frame" ref={frame} tabIndex={0} role="group" aria-label={say("map.stage")} onKeyDown={(event) => keys(event, props)} {...pointer}>
      <svg aria-hidden="true" width={size.width} height={size.height}>{ground}</svg>
      <Flows flows={flows} curves={curves} size={size} label={label} dim={spot !== undefined && "flow" in spot} />
      <svg class="map-marks" role="group" aria-label={label} width={size.width} height={size.height}>
        <Highlight curve={spot && "flow" in spot ? curves[spot.flow] : undefined} />
        {points}
      </svg>
      {children}
    </div>
  );
}

function Flows({ flows, curves, size, label, dim }: { flows: Flow[]; curves: Curve[]; size: Size; label: string; dim: boolean }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const palette = usePalette();
  useLayoutEffect(() => {
    if (canvas.current && size.width > 0) paint(canvas.current, size.width, size.height, layersOf(flows, curves, () => new Path2D()), palette);
  }, [flows, curves, size, palette]);
  return <canvas ref={canvas} class={dim ? "dim" : ""} role="img" aria-label={label} />;
}

function Highlight({ curve }: { curve: Curve | undefined }) {
  if (!curve) return null;
  const text = new PathText();
  outline(text, { ...curve, width: Math.max(curve.width, 2.4) });
  return <path class="map-highlight" d={text.toString()} />;
}

/** The colours of the page. The root takes a new theme in an effect of the frame around the pages, so this waits for it. */
function usePalette(): Palette {
  const [palette, setPalette] = useState(() => paletteOf(document.documentElement));
  useEffect(() => {
    const read = () => setPalette(paletteOf(document.documentElement));
    const system = matchMedia("(prefers-color-scheme: dark)");
    const root = new MutationObserver(read);
    root.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    system.addEventListener("change", read);
    read();
    return () => {
      root.disconnect();
      system.removeEventListener("change", read);
    };
  }, []);
  return palette;
}

function useSize(frame: { current: HTMLDivElement | null }, onSize: (size: Size) => void): void {
  useLayoutEffect(() => {
    if (!frame.current) return undefined;
    const measure = () => {
      // In print the frame is not there; what was measured before is for the printed map.
      const { clientWidth: width, clientHeight: height } = frame.current ?? { clientWidth: 0, clientHeight: 0 };
      if (width > 0) onSize({ width, height });
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(frame.current);
    return () => observer.disconnect();
  }, []);
}

/** The wheel zooms at the pointer; at the whole world it lets the page scroll. */
function useWheel(frame: { current: HTMLDivElement | null }, props: StageProps): void {
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    const wheel = (event: WheelEvent) => {
      const { sight, size, onSight } = latest.current;
      if (event.deltaY > 0 && sight.zoom <= 1) return;
      event.preventDefault();
      onSight(closer(sight, size, 2 ** (-event.deltaY / 300), inFrame(frame.current, event)));
    };
    frame.current?.addEventListener("wheel", wheel, { passive: false });
    return () => frame.current?.removeEventListener("wheel", wheel);
  }, []);
}

function inFrame(frame: HTMLDivElement | null, event: MouseEvent): [number, number] {
  const box = frame?.getBoundingClientRect();
  return [event.clientX - (box?.left ?? 0), event.clientY - (box?.top ?? 0)];
}

/** Drag moves the map, a click chooses, and pointing shows the card. */
function usePointer(frame: { current: HTMLDivElement | null }, props: StageProps) {
  const held = useRef<{ x: number; y: number; sight: Sight; far: boolean } | undefined>(undefined);
  const down = (event: PointerEvent) => {
    if (onControl(event) || event.button !== 0) return;
    held.current = { x: event.clientX, y: event.clientY, sight: props.sight, far: false };
  };
  const move = (event: PointerEvent) => {
    const from = held.current;
    if (!from) return onControl(event) ? undefined : props.onSpot(spotAt(inFrame(frame.current, event), props, props.spot));
    const [right, below] = [from.x - event.clientX, from.y - event.clientY];
    if (!from.far && Math.hypot(right, below) < 5) return undefined;
    if (!from.far) frame.current?.setPointerCapture(event.pointerId);
    from.far = true;
    return props.onSight(shifted(from.sight, props.size, right, below));
  };
  const up = (event: PointerEvent) => {
    const from = held.current;
    held.current = undefined;
    if (!from || from.far || onControl(event)) return;
    const spot = spotAt(inFrame(frame.current, event), props, undefined);
    if (spot && "flow" in spot) props.onFlow(spot.flow);
    else props.onNode(spot?.node);
  };
  return { onPointerDown: down, onPointerMove: move, onPointerUp: up, onPointerLeave: () => props.onSpot(undefined) };
}

function onControl(event: Event): boolean {
  return (event.target as Element).closest(".map-buttons") !== null;
}

/** The point here, or else the flow; the same object as before where nothing changed. */
function spotAt([x, y]: [number, number], { marks, curves }: StageProps, before: Spot): Spot {
  const reached = marks.filter((mark) => Math.hypot(mark.x - x, mark.y - y) <= Math.max(mark.radius + 2, 6));
  if (reached.length > 0) {
    const { node } = reached.reduce((best, mark) => (mark.radius < best.radius ? mark : best));
    return before && "node" in before && before.node === node ? before : { node };
  }
  const flow = nearest(curves, x, y);
  if (flow < 0) return undefined;
  return before && "flow" in before && before.flow === flow ? before : { flow };
}

const MOVES: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Keys of the frame itself; points have keys of their own. */
function keys(event: KeyboardEvent, { sight, size, onSight }: StageProps): void {
  const zoom = { "+": 1.4, "=": 1.4, "-": 1 / 1.4 }[event.key];
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (zoom) onSight(closer(sight, size, zoom));
  else if (event.key === "0") onSight(WORLD);
  else if (MOVES[event.key] && event.target === event.currentTarget) {
    const [right, down] = MOVES[event.key];
    onSight(shifted(sight, size, right * size.width * 0.12, down * size.height * 0.12));
  } else return;
  event.preventDefault();
}

/** The page "map": flows between areas in a year, on land without borders. */
import { useCallback, useEffect, useState } from "preact/hooks";
import { useShared } from "../shared/context";
import { nameOf, YearSlider } from "../shared/controls";
import { Figure } from "../shared/figure";
import { Card } from "../map/card";
import { MapControls } from "../map/controls";
import { factsOfFlow, factsOfNode, interval, between, type Telling } from "../map/facts";
import type { Asked, Flow, Totals } from "../map/figures";
import { legendOf } from "../map/legend";
import "../map/map.css";
import { useAsked, useDrawing, useFigures, useGround, useNames, useNodes, useScale, useTelling } from "../map/model";
import type { Nodes } from "../map/nodes";
import { LegendView } from "../map/samples";
import { mainResult, outside, whoMoves, type Told } from "../map/sentence";
import { pointOf, type Curve } from "../map/shape";
import { FlowList, NodeCard } from "../map/side";
import { Stage, type Spot } from "../map/stage";
import { tableOf } from "../map/table";
import { useSight } from "../map/use_sight";
import { closer, screen, WORLD, type Sight, type Size } from "../map/view";
import { Whole } from "../map/whole";

export function MapPage() {
  const { world, place, go, say, tell } = useShared();
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  const [spot, setSpot] = useState<Spot>();
  const nodes = useNodes();
  const names = useNames(nodes);
  const { asked, words } = useAsked(nodes);
  const { telling, told } = useTelling(nodes, asked, words);
  const { flows, totals } = useFigures(nodes, asked);
  const { most, scale } = useScale(nodes, asked, size);
  const { sight, fitted, setSight } = useSight(nodes, asked, size);
  const { curves, marks } = useDrawing({ nodes, names, asked, flows, totals, scale, sight, size });
  const ground = useGround();
  const only = names[asked.only] ?? "";
  const alone = only || (asked.chosen?.size === 1 ? nameOf(world, words[0], place.language) : "");

  const isolate = useCallback((node: number | undefined) => {
    const key = node === undefined || node === asked.only ? "" : nodes.list[node].key;
    if (key === "" && asked.only < 0) return;
    go({ more: { only: key } });
    tell(key === "" ? say("map.released") : say("map.isolated", { name: names[node as number] }));
  }, [asked.only, nodes, names, say]);
  const release = useCallback(() => isolate(undefined), [isolate]);
  useEscape(release);
  const openFlow = (flow: number) => {
    if (nodes.regions || !flows[flow]) return;
    go({ page: "corridor", orig: nodes.list[flows[flow].orig].key, dest: nodes.list[flows[flow].dest].key });
  };
  const legend = legendOf({ world, nodes, asked, most, scale, say, numbers: telling.numbers, beside: telling.titles.beside, only: alone, open: flows.some(({ grade }) => grade === 3) });
  const result = mainResult(told);
  const title = titleOf(telling, told, flows.length, alone);
  const drawn = { ...ground, size, sight, flows, curves, marks, legend, label: result };
  return (
    <div class="map-page">
      <h1>{result}</h1>
      <p class="map-lead">{leadOf(telling, told, flows, names)}</p>
      <MapControls several={(asked.chosen?.size ?? 0) > 1} between={asked.between} />
      <Figure name="map" title={title} note={say(nodes.regions ? "map.note.regions" : "map.note")} table={() => tableOf(telling, flows, names)}>
        <Whole {...drawn} />
        <div class="map-and-list">
          <div class="map-main">
            <YearSlider years={world.years} />
            <Stage {...drawn} edges={ground.edges} onSize={setSize} onSight={setSight} spot={spot} onSpot={setSpot} onNode={isolate} onFlow={openFlow}>
              <Buttons {...{ sight, fitted, size, setSight }} group={words.map((word) => nameOf(world, word, place.language)).join(", ")} />
              <SpotCard {...{ spot, telling, nodes, names, flows, totals, curves, sight, size }} />
            </Stage>
            <LegendView {...legend} />
          </div>
          <div class="map-side">
            {asked.only >= 0 && <OnlyNode {...{ telling, nodes, names, totals, asked }} onRelease={release} />}
            <FlowList telling={telling} flows={flows} names={names} spot={spot} onSpot={setSpot} onFlow={openFlow} />
          </div>
        </div>
      </Figure>
    </div>
  );
}

/** Escape shows all flows again, wherever the focus is. */
function useEscape(release: () => void): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => event.key === "Escape" && release();
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [release]);
}

function titleOf({ say, asked, world, titles }: Telling, told: Told, count: number, area: string): string {
  const past = world.isPast(asked.year);
  const values = { count, year: asked.year, era: say(past ? "shell.estimated" : "shell.projected"), who: whoMoves(told), area, measure: say(asked.direction === "net" ? "map.measure.net" : "map.measure"), ...titles };
  if (asked.view !== "level") return say(asked.view === "percent" ? "map.figure.percent" : "map.figure.differs", values);
  const outward = asked.chosen && !asked.between;
  const words = say(area ? "map.figure.only" : outward ? "map.figure" : "map.figure.inner", values);
  return past ? words : `${words}. ${titles.scenario}`;
}

/** What stands under the main result: moves from outside and to it, and the largest flow. */
function leadOf(telling: Telling, told: Told, flows: Flow[], names: string[]): string {
  const { say, asked, world, numbers } = telling;
  const [first] = flows;
  if (!first) return say(asked.view === "level" ? "map.none" : "map.none.same");
  if (asked.view !== "level") return "";
  const bounds = interval(world, asked, first.corridor);
  const values = { orig: names[first.orig], dest: names[first.dest], persons: numbers.persons(first.value) };
  const largest = bounds ? say("map.largest.interval", { ...values, interval: between(telling, bounds) }) : say("map.largest", values);
  return [outside(told), largest].filter(Boolean).join(" ");
}

function Buttons({ sight, fitted, size, setSight, group }: { sight: Sight; fitted: Sight; size: Size; setSight: (sight: Sight) => void; group: string }) {
  const { say } = useShared();
  return (
    <div class="map-buttons">
      <button type="button" aria-label={say("map.closer")} title={say("map.closer")} onClick={() => setSight(closer(sight, size, 1.6))}>+</button>
      <button type="button" aria-label={say("map.farther")} title={say("map.farther")} onClick={() => setSight(closer(sight, size, 1 / 1.6))}>−</button>
      <button type="button" onClick={() => setSight(WORLD)}>{say("map.everything")}</button>
      {fitted !== WORLD && <button type="button" onClick={() => setSight(fitted)}>{say("map.fit", { group })}</button>}
    </div>
  );
}

interface SpotProps {
  spot: Spot;
  telling: Telling;
  nodes: Nodes;
  names: string[];
  flows: Flow[];
  totals: Totals[];
  curves: Curve[];
  sight: Sight;
  size: Size;
}

function SpotCard({ spot, telling, nodes, names, flows, totals, curves, sight, size }: SpotProps) {
  const { say } = useShared();
  if (!spot) return null;
  if ("node" in spot) {
    const { x, y, areas } = nodes.list[spot.node];
    const [left, top] = screen(sight, size)(x, y);
    const facts = factsOfNode(telling, totals[spot.node], nodes.regions ? undefined : areas[0]);
    return <Card title={names[spot.node]} facts={facts} note={nodes.regions ? say("map.crossing") : ""} x={left} y={top} size={size} />;
  }
  const flow = flows[spot.flow];
  if (!flow || !curves[spot.flow]) return null;
  const [x, y] = pointOf(curves[spot.flow], 0.5);
  return <Card title={`${names[flow.orig]} → ${names[flow.dest]}`} facts={factsOfFlow(telling, flow)} note="" x={within(x, size.width)} y={within(y, size.height)} size={size} />;
}

/** A flow may have its middle outside the frame; its card stays inside. */
function within(at: number, side: number): number {
  return Math.min(side - 20, Math.max(20, at));
}

function OnlyNode({ telling, nodes, names, totals, asked, onRelease }: {
  telling: Telling;
  nodes: Nodes;
  names: string[];
  totals: Totals[];
  asked: Asked;
  onRelease: () => void;
}) {
  const { go, say } = useShared();
  const { key, areas } = nodes.list[asked.only];
  const open = nodes.regions ? undefined : () => go({ page: "area", areas: [key] });
  const facts = factsOfNode(telling, totals[asked.only], nodes.regions ? undefined : areas[0]);
  return <NodeCard name={names[asked.only]} facts={facts} note={nodes.regions ? say("map.crossing") : ""} onSheet={open} onRelease={onRelease} />;
}

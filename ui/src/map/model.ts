/** From the address to what the map shows. Every part is computed again only when what it depends on changes. */
import { useMemo } from "preact/hooks";
import { nameOf, nearest as nearestYear } from "../shared/controls";
import { membersOf, scenarioOf, useShared } from "../shared/context";
import { Numbers } from "../shared/numbers";
import type { Telling } from "./facts";
import { shownFlows, totalsOf, type Asked, type Flow, type Totals } from "./figures";
import { placeLabels, shortName, type Label, type Named } from "./labels";
import type { Mark } from "./marks";
import { areaNodes, framePaths, landPath, regionNodes, type Nodes } from "./nodes";
import { mostOf, scaleIn, type Scale } from "./scale";
import { titlesOf, type Told } from "./sentence";
import { curve, type Curve } from "./shape";
import { screen, type Sight, type Size } from "./view";

/** What the reader asks for, and the words of the chosen areas. */
export function useAsked(nodes: Nodes): { asked: Asked; words: string[] } {
  const { world: { header, years }, place } = useShared();
  const words = place.areas.length ? place.areas : [header.group];
  const asked = useMemo(() => {
    const members = new Set(words.flatMap((word) => membersOf(header, word)));
    const beside = place.beside ? scenarioOf(header, place.beside) : -1;
    return {
      scenario: scenarioOf(header, place.scenario),
      beside,
      view: beside < 0 ? "level" : place.view,
      year: nearestYear(years, place.year),
      chosen: members.size === 0 || members.size === header.areas.length ? undefined : members,
      direction: place.direction,
      between: members.size > 1 && place.more.between !== "no" && place.direction !== "in" && place.direction !== "out",
      only: nodes.list.findIndex(({ key }) => key === place.more.only),
      top: place.top,
      least: place.least,
    } satisfies Asked;
  }, [header, nodes, words.join(), place.scenario, place.beside, place.view, place.year, place.direction, place.more.between, place.more.only, place.top, place.least]);
  return { asked, words };
}

export function useNodes(): Nodes {
  const { world, place } = useShared();
  return useMemo(() => (place.level === "regions" ? regionNodes(world) : areaNodes(world)), [world, place.level]);
}

export function useGround(): { land: string; edges: { sphere: string; lines: string } } {
  const { world } = useShared();
  return useMemo(() => ({ land: landPath(world), edges: framePaths() }), [world]);
}

export function useNames(nodes: Nodes): string[] {
  const { world, place } = useShared();
  return useMemo(() => nodes.list.map(({ key }) => nameOf(world, key, place.language)), [world, nodes, place.language]);
}

export function useTelling(nodes: Nodes, asked: Asked, words: string[]): { telling: Telling; told: Told } {
  const { world, place, say } = useShared();
  const numbers = useMemo(() => new Numbers(place.language), [place.language]);
  const { language } = place;
  return {
    telling: { world, asked, say, numbers, titles: titlesOf(world, language, asked) },
    told: { world, say, numbers, language, words, asked, regions: nodes.regions },
  };
}

export function useFigures(nodes: Nodes, asked: Asked): { flows: Flow[]; totals: Totals[] } {
  const { world } = useShared();
  const { flows } = useMemo(() => shownFlows(world, nodes, asked), [world, nodes, asked]);
  const totals = useMemo(() => totalsOf(world, nodes, asked.scenario, asked.year), [world, nodes, asked.scenario, asked.year]);
  return { flows, totals };
}

export function useScale(nodes: Nodes, asked: Asked, size: Size): { most: ReturnType<typeof mostOf>; scale: Scale } {
  const { world } = useShared();
  return useMemo(() => {
    const most = mostOf(world, nodes, asked.view, asked.scenario, asked.beside);
    return { most, scale: scaleIn(size.width, most) };
  }, [world, nodes, size.width, asked.view, asked.view === "difference" && `${asked.scenario} ${asked.beside}`]);
}

/** Everything that has a place in the frame. */
export function useDrawing(drawing: Drawing): { curves: Curve[]; marks: Mark[] } {
  const { nodes, names, asked, flows, totals, scale, sight, size } = drawing;
  return useMemo(() => drawn(drawing), [nodes, names, asked, flows, totals, scale, sight, size]);
}

export interface Drawing {
  nodes: Nodes;
  names: string[];
  asked: Asked;
  flows: Flow[];
  totals: Totals[];
  scale: Scale;
  sight: Sight;
  size: Size;
}

function drawn({ nodes, names, asked, flows, totals, scale, sight, size }: Drawing): { curves: Curve[]; marks: Mark[] } {
  const at = screen(sight, size);
  const places = nodes.list.map(({ x, y }) => at(x, y));
  const radii = totals.map((total) => scale.radius(total.in + total.out));
  const curves = flows.map(({ orig, dest, size: persons }) => curve(places[orig], places[dest], scale.width(persons), radii[dest]));
  const touched = new Float64Array(nodes.list.length);
  for (const { orig, dest, size: persons } of flows) {
    touched[orig] += persons;
    touched[dest] += persons;
  }
  const chosen = nodes.list.map(({ areas }) => !asked.chosen || areas.some((area) => asked.chosen?.has(area)));
  const labels = labelled({ chosen, names, places, radii, touched, asked, nodes, size });
  const marks = nodes.order.map((node) => ({
    node,
    key: nodes.list[node].key,
    name: names[node],
    x: places[node][0],
    y: places[node][1],
    radius: radii[node],
    chosen: chosen[node],
    only: node === asked.only,
    touched: touched[node] > 0,
    label: labels.get(node),
  }));
  return { curves, marks };
}

interface Naming {
  chosen: boolean[];
  names: string[];
  places: [number, number][];
  radii: number[];
  touched: Float64Array;
  asked: Asked;
  nodes: Nodes;
  size: Size;
}

/** Names in the order of what is worth reading: the only node, chosen ones, then the ends of the largest flows. */
function labelled({ chosen, names, places, radii, touched, asked, nodes, size }: Naming): Map<number, Label> {
  const worth = touched.map((persons, node) => (node === asked.only ? Infinity : persons * (chosen[node] ? 4 : 1)));
  const named: Named[] = nodes.order
    .filter((node) => touched[node] > 0)
    .sort((a, b) => worth[b] - worth[a])
    .map((node) => ({ node, x: places[node][0], y: places[node][1], radius: radii[node], text: shortName(names[node]) }));
  return new Map(placeLabels(named, size.width, size.height, Math.round(size.width / 28)).map((label) => [label.node, label]));
}

/** Points of the map: areas, or UN subregions, in the units of the map (1000 wide). */
import { geoArea, geoEqualEarth, geoPath } from "d3-geo";
import type { World } from "../contents/world";

export const WIDE = 1000;
export const HIGH = 487;

/** The cut of the map runs through the Bering Strait, so that no land but a corner of Chukotka is parted. */
const projection = geoEqualEarth().rotate([-11, 0]).fitSize([WIDE, HIGH], { type: "Sphere" });

export interface Node {
  /** Code of the area, or name of the subregion as the header has it. */
  key: string;
  x: number;
  y: number;
  /** Positions of its areas. */
  areas: number[];
}

export interface Nodes {
  list: Node[];
  /** Position in `list` of every area. */
  of: Uint16Array;
  /** Positions in `list` from the most moves to the fewest; the same in all years, so that points keep their places in the page. */
  order: number[];
  regions: boolean;
}

export function areaNodes(world: World): Nodes {
  const list = world.header.areas.map(({ iso3, lon, lat }, i) => ({ key: iso3, areas: [i], ...onMap(lon, lat) }));
  return { list, of: Uint16Array.from(list.keys()), order: ordered(list, weightsOf(world)), regions: false };
}

/** Subregions at the middle of their areas' points, each with the weight of its moves over the past. */
export function regionNodes(world: World): Nodes {
  const names = [...new Set(world.header.areas.map(({ subregion }) => subregion))].sort();
  const of = Uint16Array.from(world.header.areas, ({ subregion }) => names.indexOf(subregion));
  const weights = weightsOf(world);
  const list = names.map((key, node) => {
    const areas = [...of.keys()].filter((area) => of[area] === node);
    const [lon, lat] = middle(areas.map((area) => [world.header.areas[area].lon, world.header.areas[area].lat, weights[area]]));
    return { key, areas, ...onMap(lon, lat) };
  });
  return { list, of, order: ordered(list, weights), regions: true };
}

function ordered(list: Node[], weights: Float64Array): number[] {
  const moves = list.map(({ areas }) => areas.reduce((sum, area) => sum + weights[area], 0));
  return [...list.keys()].sort((a, b) => moves[b] - moves[a]);
}

function weightsOf(world: World): Float64Array {
  const weights = new Float64Array(world.header.areas.length).fill(1);
  const flows = world.flows(0, world.header.past[1]);
  flows.forEach((value, k) => {
    weights[world.orig[k]] += value;
    weights[world.dest[k]] += value;
  });
  return weights;
}

/** Middle of points on the globe; that of longitudes would be wrong across the date line. */
export function middle(points: [lon: number, lat: number, weight: number][]): [number, number] {
  const radian = Math.PI / 180;
  const [x, y, z] = points.reduce(
    ([x, y, z], [lon, lat, weight]) => {
      const flat = weight * Math.cos(lat * radian);
      return [x + flat * Math.cos(lon * radian), y + flat * Math.sin(lon * radian), z + weight * Math.sin(lat * radian)];
    },
    [0, 0, 0],
  );
  return [Math.atan2(y, x) / radian, Math.atan2(z, Math.hypot(x, y)) / radian];
}

function onMap(lon: number, lat: number): { x: number; y: number } {
  const [x, y] = projection([lon, lat]) ?? [0, 0];
  return { x, y };
}

/** Outlines of all land as one path; inner rings, such as the Caspian Sea, are holes by the even-odd rule. */
export function landPath(world: World): string {
  const points = world.array("land/points");
  const starts = [...world.array("land/starts"), points.length / 2];
  const path = geoPath(projection).digits(1);
  const rings = starts.slice(1).map((end, i) => {
    const ring = Array.from({ length: end - starts[i] }, (_, j) => [points[2 * (starts[i] + j)], points[2 * (starts[i] + j) + 1]]);
    ring.push(ring[0]);
    const polygon = { type: "Polygon" as const, coordinates: [ring] };
    if (geoArea(polygon) > 2 * Math.PI) ring.reverse();
    return path(polygon) ?? "";
  });
  return rings.join("");
}

/** The edge of the map, and meridians and parallels every 30 degrees. */
export function framePaths(): { sphere: string; lines: string } {
  const path = geoPath(projection).digits(1);
  const meridians = Array.from({ length: 12 }, (_, i) => Array.from({ length: 37 }, (_, j) => [30 * i - 180, 5 * j - 90]));
  const parallels = [-60, -30, 0, 30, 60].map((lat) => Array.from({ length: 73 }, (_, i) => [5 * i - 180, lat]));
  return {
    sphere: path({ type: "Sphere" }) ?? "",
    lines: path({ type: "MultiLineString", coordinates: [...meridians, ...parallels] }) ?? "",
  };
}

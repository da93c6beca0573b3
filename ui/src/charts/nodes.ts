/** What stands on the ring of a chord diagram: subregions, the areas of an opened one, or the members of a group. */
import type { Header, Language } from "../contents/header";
import { nameOf } from "../shared/controls";
import type { World } from "../contents/world";
import { largest } from "./flows";

export interface RingNode {
  key: string;
  name: string;
  /** Subregion that a click opens; empty where nothing opens. */
  opens: string;
  /** Whether it belongs to the opened subregion or the group. */
  own: boolean;
}
export interface Ring {
  nodes: RingNode[];
  /** Node of each area; -1 for areas that are not shown. */
  nodeOf: number[];
}

const MEMBERS = 14;

/** The subregions of the world, one of them opened to its areas. */
export function regionsRing(world: World, opened: string, turnover: number[], language: Language, others: string): Ring {
  const { header } = world;
  const regions = [...new Set([...header.areas].sort(byRegion).map(({ subregion }) => subregion))];
  const nodes: RingNode[] = [];
  const nodeOf = new Array<number>(header.areas.length).fill(-1);
  for (const region of regions) {
    const areas = positions(header, (one) => header.areas[one].subregion === region);
    if (region === opened) spread(world, areas, { nodes, nodeOf }, turnover, language, others);
    else {
      areas.forEach((area) => (nodeOf[area] = nodes.length));
      nodes.push({ key: region, name: nameOf(world, region, language), opens: region, own: false });
    }
  }
  return { nodes, nodeOf };
}

/** The largest members of a group, its further ones together. */
export function groupRing(world: World, members: number[], turnover: number[], language: Language, others: string): Ring {
  const ring: Ring = { nodes: [], nodeOf: new Array<number>(world.header.areas.length).fill(-1) };
  spread(world, members, ring, turnover, language, others);
  return ring;
}

function spread(world: World, areas: number[], { nodes, nodeOf }: Ring, turnover: number[], language: Language, others: string): void {
  const top = largest(areas, (area) => turnover[area], areas.length > MEMBERS + 1 ? MEMBERS : areas.length);
  for (const area of top) {
    nodeOf[area] = nodes.length;
    nodes.push({ key: world.header.areas[area].iso3, name: world.header.areas[area].name[language], opens: "", own: true });
  }
  const rest = areas.filter((area) => nodeOf[area] < 0);
  rest.forEach((area) => (nodeOf[area] = nodes.length));
  if (rest.length) nodes.push({ key: "others", name: others, opens: "", own: true });
}

function byRegion(a: { region: string; subregion: string }, b: { region: string; subregion: string }): number {
  return a.region.localeCompare(b.region) || a.subregion.localeCompare(b.subregion);
}

function positions(header: Header, wanted: (position: number) => boolean): number[] {
  return [...header.areas.keys()].filter(wanted);
}

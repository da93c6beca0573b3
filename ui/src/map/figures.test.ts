import { expect, test } from "vitest";
import type { Header } from "../contents/header";
import { World } from "../contents/world";
import { setOff, shownFlows, strength, sumsOf, totalsOf, type Asked } from "./figures";
import type { Nodes } from "./nodes";
import { mostOf, samples, scaleIn } from "./scale";

const f32 = (...values: number[]) => Float32Array.from(values);

/** Three areas, four corridors, one past year and one projected year, two scenarios. */
function world(): World {
  const header = {
    past: [2024, 2024],
    future: [2025, 2025],
    areas: ["AAA", "BBB", "CCC"].map((iso3) => ({ iso3 })),
    scenarios: [{ key: "one" }, { key: "two" }],
    groups: [],
  } as unknown as Header;
  const arrays = new Map<string, Float32Array | Uint16Array | Uint8Array>([
    ["corridor/orig", Uint16Array.of(0, 1, 0, 2)],
    ["corridor/dest", Uint16Array.of(1, 0, 2, 1)],
    ["corridor/evidence", Uint8Array.of(2, 1, 0, 0)],
    ["past/flows", f32(100, 40, 30, 20)],
    ["past/areas/moves_in", f32(40, 120, 30)],
    ["past/areas/moves_out", f32(130, 40, 20)],
    ["s0/flows", f32(200, 50, 60, 10)],
    ["s1/flows", f32(-80, 0, 6, 0)],
    ["s0/bounds/corridors", Uint16Array.of(0, 1)],
    ["s0/bounds/flows", f32(-90, -40, -50, -20, 50, 80, 90, 100)],
  ]);
  return new World({ header, arrays });
}

const areas: Nodes = { list: [0, 1, 2].map((i) => ({ key: String(i), x: i, y: 0, areas: [i] })), of: Uint16Array.of(0, 1, 2), order: [0, 1, 2], regions: false };
const regions: Nodes = { list: [{ key: "R", x: 0, y: 0, areas: [0, 1] }, { key: "S", x: 1, y: 0, areas: [2] }], of: Uint16Array.of(0, 0, 1), order: [0, 1], regions: true };
const start: Asked = { scenario: 0, beside: -1, view: "level", year: 2025, chosen: undefined, direction: "both", between: false, only: -1, top: 10, least: 0 };

const shown = (asked: Partial<Asked>, nodes = areas) =>
  shownFlows(world(), nodes, { ...start, ...asked }).flows.map(({ orig, dest, size, kind }) => `${orig}${dest} ${Math.round(size)} ${kind}`);

test("the largest flows come first, and no more than asked", () => {
  expect(shown({ top: 2 })).toEqual(["01 200 within", "02 60 within"]);
  expect(shownFlows(world(), areas, { ...start, top: 2 }).found).toBe(4);
  expect(shown({ least: 55 })).toEqual(["01 200 within", "02 60 within"]);
});

test("directions are relative to the chosen areas", () => {
  const chosen = new Set([1]);
  expect(shown({ chosen })).toEqual(["01 200 in", "10 50 out", "21 10 in"]);
  expect(shown({ chosen, direction: "in" })).toEqual(["01 200 in", "21 10 in"]);
  expect(shown({ chosen, direction: "out" })).toEqual(["10 50 out"]);
  expect(shown({ chosen: new Set([0, 1]), between: true })).toEqual(["01 200 within", "10 50 within"]);
});

test("a point alone has all its flows, whatever is chosen", () => {
  expect(shown({ chosen: new Set([0, 1]), between: true, only: 2 })).toEqual(["02 60 in", "21 10 out"]);
});

test("net flows are the larger less the smaller, in its direction", () => {
  expect(shown({ direction: "net" })).toEqual(["01 150 within", "02 60 within", "21 10 within"]);
  const equal = [{ orig: 0, dest: 1, value: 5 }, { orig: 1, dest: 0, value: 5 }].map((flow) => ({ ...flow, corridor: 0, other: 5, size: 0, kind: "within" as const, grade: 0 as const }));
  expect(setOff(equal)).toHaveLength(1);
});

test("differences are of the second scenario from the first", () => {
  expect(shown({ beside: 1, view: "difference" })).toEqual(["01 80 fewer", "02 6 more"]);
  expect(shownFlows(world(), areas, { ...start, beside: 1, view: "percent" }).flows.map(({ grade }) => grade)).toEqual([0, 1, 3, 3]);
  expect([0.3, -0.07, 0.02, 0].map(strength)).toEqual([0, 1, 2, 3]);
});

test("flows of subregions are sums, without those inside", () => {
  expect(shown({}, regions)).toEqual(["01 60 within", "10 10 within"]);
  expect(totalsOf(world(), regions, 0, 2025)).toEqual([{ in: 10, out: 60 }, { in: 60, out: 10 }]);
});

test("grades say what the past rests on and how wide intervals are", () => {
  const grades = (year: number) => Object.fromEntries(shownFlows(world(), areas, { ...start, year }).flows.map(({ corridor, grade }) => [corridor, grade]));
  expect(grades(2024)).toEqual({ 0: 0, 1: 1, 2: 2, 3: 2 });
  expect(grades(2025)).toEqual({ 0: 0, 1: 1, 2: 3, 3: 3 });
});

test("sums between, into and out of the chosen areas", () => {
  expect(sumsOf(world(), 0, 2025, new Set([0, 1]))).toEqual({ within: 250, in: 10, out: 60 });
  expect(totalsOf(world(), areas, 0, 2024)[1]).toEqual({ in: 120, out: 40 });
});

test("one scale for all years and scenarios", () => {
  const one = world();
  expect(mostOf(one, areas, "level", 1, -1).flow).toBe(200);
  expect(mostOf(one, areas, "difference", 0, 1).flow).toBe(80);
  const { width } = scaleIn(1000, { flow: 200, circle: 100 });
  expect(width(100)).toBeCloseTo(width(200) / 2);
  expect(samples(1_197_056)).toEqual([500_000, 100_000, 20_000]);
});

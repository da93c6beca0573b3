import { expect, test } from "vitest";
import { placeLabels, shortName } from "./labels";
import { layersOf } from "./layers";
import { neighbour } from "./marks";
import { middle, WIDE } from "./nodes";
import { curve, nearest, outline, PathText, pointOf } from "./shape";
import { around, closer, moved, readSight, screen, shifted, sightText, WORLD } from "./view";
import type { Flow } from "./figures";

const SIZE = { width: 800, height: 500 };

test("both directions of a corridor bend apart", () => {
  const [there, back] = [curve([0, 0], [100, 0], 4, 3), curve([100, 0], [0, 0], 4, 3)];
  expect(pointOf(there, 0.5)[1]).toBeGreaterThan(5);
  expect(pointOf(back, 0.5)[1]).toBeLessThan(-5);
  expect(Math.hypot(there.bx - 100, there.by)).toBeCloseTo(4.5);
});

test("the flow under the pointer is found, and nothing far from all", () => {
  const curves = [curve([0, 0], [100, 0], 1, 0), curve([100, 0], [0, 0], 10, 0)];
  const [x, y] = pointOf(curves[1], 0.5);
  expect(nearest(curves, x, y + 3)).toBe(1);
  expect(nearest(curves, x, 400)).toBe(-1);
});

test("a shape is closed and few layers hold many lines", () => {
  const text = new PathText();
  outline(text, curve([0, 0], [100, 0], 10, 2));
  expect(text.toString()).toMatch(/^M.*Z$/);
  const flow: Flow = { orig: 0, dest: 1, corridor: 0, value: 1, other: 1, size: 1, kind: "within", grade: 0 };
  const flows = Array.from({ length: 3000 }, (_, i) => ({ ...flow, grade: (i % 3) as 0 }));
  const curves = flows.map((_, i) => curve([0, 0], [50 + i / 100, 5], i < 5 ? 6 : 0.2, 1));
  expect(layersOf(flows, curves, () => new PathText()).length).toBeLessThan(20);
});

test("zoom holds the point under the pointer; the map stays in the frame", () => {
  const sight = { x: 600, y: 200, zoom: 4 };
  const before = screen(sight, SIZE)(610, 210);
  expect(screen(closer(sight, SIZE, 1.5, before), SIZE)(610, 210).map(Math.round)).toEqual(before.map(Math.round));
  expect(moved({ x: -500, y: 0, zoom: 1 })).toEqual(WORLD);
  expect(shifted(sight, SIZE, 1e6, 0).x).toBeLessThan(WIDE);
});

test("the sight in the address is read as it was written; nonsense is not", () => {
  expect(readSight(sightText({ x: 600, y: 200, zoom: 4 }))).toEqual({ x: 600, y: 200, zoom: 4 });
  expect(readSight("a,b,c")).toBeUndefined();
  expect(readSight(undefined)).toBeUndefined();
});

test("a group is in the frame with room around it", () => {
  const nodes = [[600, 150], [800, 250]].map(([x, y]) => ({ key: "", x, y, areas: [] }));
  const at = screen(around(nodes, SIZE), SIZE);
  for (const { x, y } of nodes) {
    const [left, top] = at(x, y);
    expect(left > 20 && left < 780 && top > 20 && top < 480).toBe(true);
  }
  expect(around([], SIZE)).toBe(WORLD);
});

test("the middle of points on both sides of the date line lies between them", () => {
  const [lon] = middle([[170, 0, 1], [-170, 0, 1]]);
  expect(Math.abs(lon)).toBeCloseTo(180);
});

test("names do not cover each other", () => {
  const named = [0, 1, 2].map((node) => ({ node, x: 100 + node, y: 100, radius: 3, text: "A long name of an area" }));
  const labels = placeLabels(named, 800, 500, 10);
  expect(new Set(labels.map(({ x, y, anchor }) => `${x} ${y} ${anchor}`)).size).toBe(labels.length);
  expect(placeLabels(named, 800, 500, 1)).toHaveLength(1);
  expect(shortName("United Kingdom of Great Britain and Northern Ireland")).toHaveLength(26);
});

test("arrows lead to the nearest point on that side", () => {
  const points = [{ x: 0, y: 0 }, { x: 10, y: 1 }, { x: 12, y: 30 }, { x: -5, y: 0 }];
  expect(neighbour(points, points[0], "ArrowRight")).toBe(points[1]);
  expect(neighbour(points, points[0], "ArrowLeft")).toBe(points[3]);
  expect(neighbour(points, points[0], "ArrowUp")).toBeUndefined();
});

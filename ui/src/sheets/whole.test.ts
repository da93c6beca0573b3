import { expect, test } from "vitest";
import { type Compared, panelOf, tableOf } from "./panel";
import { smallWorld } from "./small_world";
import { barsOf } from "./waterfall";
import { causesOf, evidenceShares, largest, measureOf, wholeOf } from "./whole";

const world = smallWorld();
const group = wholeOf(world, [0, 1]);

test("moves of a group count when they cross its edge", () => {
  expect([group.into, group.out, group.within]).toEqual([[3], [2], [0, 1]]);
  expect(measureOf(world, 0, group, "moves_in", 2025)).toBe(80 + 220 - 280);
  expect(measureOf(world, 0, group, "moves_out", 2025)).toBe(240 + 80 - 280);
  expect(measureOf(world, 0, group, "net_migration", 2025)).toBe(-20);
  expect(measureOf(world, 1, group, "within", 2026)).toBe(220 + 10 + 90);
});

test("causes of a group are those of its corridors", () => {
  expect(causesOf(world, group, "into", 0)).toEqual([4, 40]);
  expect(causesOf(world, wholeOf(world, [0]), "into", 0)).toBeUndefined();
});

test("largest corridors and evidence", () => {
  expect(largest(world, 0, [0, 1, 2, 3], 2025, 2)).toEqual([0, 1]);
  expect(evidenceShares(world, [0, 1])).toEqual([120 / 180, 60 / 180, 0]);
});

test("a waterfall ends where its steps lead", () => {
  const bars = barsOf({ label: "2025", value: 10 }, [{ label: "a", value: 5 }, { label: "b", value: -3 }], { label: "2026", value: 12 });
  expect(bars.map(({ from, to }) => [from, to])).toEqual([[0, 10], [10, 15], [15, 12], [0, 12]]);
});

test("a panel shows levels, or the difference of the second scenario", () => {
  const names = { scenario: "baseline", beside: "doors", difference: "difference", past: "past", wide: "95", narrow: "80" };
  const asked = { title: "", years: world.years, value: (s: number, year: number) => world.flow(s, 0, year) };
  const shown = (view: Compared["view"]) => panelOf(world, asked, { scenario: 0, beside: 1, view, names });
  expect(shown("level").lines.map(({ points }) => points.length)).toEqual([4, 2]);
  expect(shown("difference").lines[0].points).toEqual([[2025, 0], [2026, 10]]);
  expect(shown("percent").lines[0].points[1][1]).toBeCloseTo(100 * 10 / 220);
  expect(tableOf([shown("level")], "Year").rows[0]).toEqual([2023, 100, ""]);
});

import { expect, it } from "vitest";
import { medianAge, supportRatio } from "./ages";
import { viewed } from "./chosen";
import { apart } from "./ring";
import { extent, shortened, ticks } from "./scale";

const even = { female: new Array<number>(21).fill(1), male: new Array<number>(21).fill(1) };

it("knows the support ratio and the median age of an even population", () => {
  expect(supportRatio(even)).toBeCloseTo(18 / 16);
  expect(medianAge(even)).toBeCloseTo(52.5);
  expect(medianAge({ female: [], male: [] })).toBeNaN();
});

it("compares the scenario beside with the first", () => {
  expect(viewed("difference", 100, 120)).toBe(20);
  expect(viewed("percent", 100, 120)).toBeCloseTo(0.2);
  expect(viewed("percent", 100, undefined)).toBe(100);
});

it("has round marks within the range", () => {
  expect(ticks(0, 10, 5)).toEqual([0, 2, 4, 6, 8, 10]);
  expect(ticks(-0.3, 0.3, 3)).toEqual([-0.2, 0, 0.2]);
  expect(ticks(3, 3, 4)).toEqual([3]);
  expect(extent([NaN], true)).toEqual([0, 1]);
  expect(extent([0, 0], true)).toEqual([0, 1]);
});

it("shortens long names", () => {
  expect(shortened("Bolivia (Plurinational State of)", 10)).toBe("Bolivia (…");
});

it("moves labels apart around the circle and keeps their order", () => {
  const angles = apart([0, 0.01, 0.02, 6.2, 6.28], 0.1);
  const gaps = angles.map((angle, i) => (i + 1 < angles.length ? angles[i + 1] : angles[0] + 2 * Math.PI) - angle);
  expect(Math.min(...gaps)).toBeGreaterThan(0.0999);
});

import { expect, test } from "vitest";
import { domain, fitted, path, scale, ticks } from "./scale";

test("a scale maps ends to ends", () => {
  const along = scale([0, 10], [100, 200]);
  expect([along(0), along(5), along(10)]).toEqual([100, 150, 200]);
});

test("ticks are round and inside", () => {
  expect(ticks(0, 105, 5)).toEqual([0, 50, 100]);
  expect(ticks(-3, 7, 5)).toEqual([-2, 0, 2, 4, 6]);
  expect(ticks(4, 4, 5)).toEqual([4]);
});

test("a domain holds zero and leaves out what is not known", () => {
  expect(domain([NaN, 100])).toEqual([0, 105]);
  expect(domain([-100, -50])[1]).toBe(0);
  expect(domain([])).toEqual([0, 0.05]);
});

test("a line breaks where a value is missing", () => {
  expect(path([[0, 1], [1, NaN], [2, 3], [3, 4]])).toBe("M0.0,1.0M2.0,3.0L3.0,4.0");
});

test("long names are cut", () => {
  expect(fitted("United Kingdom", 60)).toMatch(/…$/);
  expect(fitted("Peru", 60)).toBe("Peru");
});

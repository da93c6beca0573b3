import { expect, it } from "vitest";
import { Numbers } from "./numbers";

it("marks axes shortly and rounds the cells of tables", () => {
  const numbers = new Numbers("en");
  expect([0, 200000, 1.5e6, -2e9].map((value) => numbers.tick(value))).toEqual(["0", "200,000", "1.5\u00a0million", "\u22122\u00a0billion"]);
  expect([2025, 523123.4, -12.345, 0.12345, NaN].map((value) => numbers.cell(value))).toEqual(["2025", "523,000", "\u221212.3", "0.123", "no data"]);
});

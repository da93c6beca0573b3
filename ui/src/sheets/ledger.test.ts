import { expect, test } from "vitest";
import { Amounts } from "./amounts";
import { typesOf, abroadOf, abroadYears, endsOf, pastBand } from "./corridor";
import { ledgerOf } from "./ledger";
import { smallWorld } from "./small_world";
import { readPlace } from "../place";
import { speaker } from "../words";

const world = smallWorld();
const row = (figure: string, orig = 0, dest = 1) => ledgerOf(world, 1, orig, dest, 2026).find((one) => one.figure === figure)!;

test("both sides have the same figures, and moves mirror each other", () => {
  const [come, leave] = [row("come"), row("leave")];
  expect(come.sides[0].scenario.value).toBe(leave.sides[1].scenario.value);
  expect(leave.sides[0]).toMatchObject({ baseline: { value: 220 }, scenario: { value: 230 }, difference: { value: 10 } });
});

test("the baseline of a lever has the shares that the scenario states", () => {
  expect(row("irregular").sides[0]).toMatchObject({ baseline: { value: expect.closeTo(22) }, scenario: { value: 15 }, difference: { value: expect.closeTo(-7) } });
});

test("revenue and deaths have ranges", () => {
  expect(row("revenue").sides[0].scenario).toEqual({ low: 6000, value: 15000, high: 30000 });
  const deaths = row("deaths").sides[0];
  expect(deaths.scenario.high).toBeCloseTo(0.15);
  expect([deaths.difference.low, deaths.difference.high]).toEqual([expect.closeTo(-0.07), 0]);
});

test("ages, money and people", () => {
  expect(row("support").sides[0].scenario.value).toBeCloseTo(9 / 8);
  expect(row("received").sides.map(({ scenario }) => scenario.value)).toEqual([5000, 4000]);
  expect(row("abroad").sides.map(({ scenario }) => scenario.value)).toEqual([1000, 500]);
});

test("a corridor that is not kept is said to be so", () => {
  expect(row("leave", 1, 2).kept).toEqual([false, true]);
  expect(row("population", 1, 2).kept).toEqual([true, true]);
});

test("types add up, and without shares nothing is invented", () => {
  expect(typesOf(world, 1, 0, 2026)).toEqual({ all: 230, outward: 115, other: 115 });
  expect(ledgerOf(smallWorld(["s0/outward_share"]), 0, 0, 1, 2026).find(({ figure }) => figure === "legal")!.sides[0].scenario.value).toBeNaN();
});

test("the ends of a corridor are those of the place, or the largest within the group", () => {
  expect(endsOf(world, readPlace("#from=CCC&to=BBB"))).toEqual([2, 1]);
  expect(endsOf(world, readPlace("#to=CCC"))).toEqual([0, 2]);
  expect(endsOf(world, readPlace(""))).toEqual([0, 1]);
});

test("past ranges and numbers of people abroad", () => {
  expect(pastBand(world, 1)).toEqual([{ year: 2023, low: 25, high: 100 }, { year: 2024, low: 30, high: 120 }]);
  expect(pastBand(smallWorld(["past/low"]), 1)).toEqual([]);
  expect(abroadYears(world.header).map((year) => abroadOf(world, 0, 0, year))).toEqual([900, 1000]);
});

test("amounts are worded as in the command's ledger", () => {
  const amounts = new Amounts("en", speaker("en"));
  expect(amounts.value("dollars", 1.24e9)).toBe("$1.24\u00a0billion");
  expect(amounts.value("dollars", 500)).toBe("under $1,000");
  expect(amounts.value("deaths", 0.05)).toBe("under 0.1");
  expect(amounts.change("persons", 0)).toBe("no change");
  expect(amounts.changeRange("deaths", 0, 3.42)).toBe("0 to +3.4");
});

import { expect, test } from "vitest";
import { Numbers } from "../shared/numbers";
import { speaker } from "../words";
import { dueAfter, stepOf, type Exercise } from "./exercise";
import { divided, type FlowFigures } from "./figures";
import { Filling } from "./fill";
import { clock, elapsed, paused, started, STOPPED } from "./timer";

const before = { moves: 100_000, irregular: 20_000, revenue: [8.8e6, 50.4e6], deaths: [0.02, 20] } as unknown as FlowFigures;
const after = { moves: 157_812, irregular: 0, revenue: [211_180_000, 1.2095e9], deaths: [0.002, 4] } as unknown as FlowFigures;
const find = (lever: string, flow: string) => (flow === "there" ? { today: before, more: after }[lever] : undefined);
const filling = (language: "en" | "ru") => new Filling(find, "today", new Numbers(language), speaker(language));

test("places are filled with levels, changes and changes in per cent", () => {
  const text = "{moves|today|there}; {change-moves|more|there}; {percent-irregular|more|there}";
  expect(filling("en").fill(text)).toBe("100,000; +57,800; \u2212100\u00a0%");
});

test("ranges have two digits, and no small risk is shown as none", () => {
  expect(filling("en").fill("{revenue|more|there}")).toBe("210\u00a0million to 1.2\u00a0billion US dollars");
  expect(filling("en").fill("{revenue|today|there}")).toBe("8.8\u00a0million to 50\u00a0million US dollars");
  expect(filling("en").fill("{deaths|today|there}")).toBe("fewer than 10 to 20");
  expect(filling("en").fill("{deaths|more|there}")).toBe("fewer than 10");
  expect(filling("ru").fill("{revenue|today|there}")).toBe("от 8,8\u00a0млн до 50\u00a0млн долларов США");
});

test("what is not known stays as it was written", () => {
  expect(filling("en").fill("{moves|closed|there} {moves|today|nowhere}")).toBe("{moves|closed|there} {moves|today|nowhere}");
});

test("a split divides other outward moves as its own", () => {
  expect(divided(200, { legal: 80, irregular: 20, unmet: 50 })).toEqual({ legal: 160, irregular: 40, unmet: 100 });
  expect(divided(200, { legal: 0, irregular: 0, unmet: 0 })).toEqual({ legal: 0, irregular: 0, unmet: 0 });
});

test("a watch stands, runs, stands again and goes on", () => {
  const running = started(STOPPED, 1000);
  expect(started(running, 9000)).toBe(running);
  const standing = paused(running, 61_000);
  expect(elapsed(standing, 999_000)).toBe(60_000);
  expect(clock(elapsed(started(standing, 100_000), 165_000))).toBe("02:05");
});

test("steps are numbered from 1, and each is due after all before it", () => {
  const exercise = { steps: [{ minutes: 10 }, { minutes: 15 }] } as unknown as Exercise;
  expect([undefined, "", "1", "2", "3", "1.5"].map((word) => stepOf(exercise, word))).toEqual([-1, -1, 0, 1, -1, -1]);
  expect([dueAfter(exercise, 0), dueAfter(exercise, 1)]).toEqual([10, 25]);
});

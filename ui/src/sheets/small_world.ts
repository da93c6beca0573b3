/** A world of three areas for tests: two past years, two projected ones, four corridors, a scenario with a lever. */
import type { Values } from "../contents/container";
import type { Header } from "../contents/header";
import { World } from "../contents/world";

const AREAS = ["AAA", "BBB", "CCC"].map((iso3) => ({ iso3, name: { en: iso3, ru: iso3, kk: iso3 }, region: "", subregion: "", lon: 0, lat: 0 }));
const scenario = (key: string) => ({ key, title: { en: key, ru: key }, description: { en: "", ru: "" }, toml: "", digest: "", draws: 0, exercise: false });

/** Corridors: A to B, B to A, A to C, C to B. */
export function smallWorld(without: string[] = []): World {
  const f32 = (...values: number[]) => Float32Array.from(values);
  const arrays: Record<string, Values> = {
    "corridor/orig": Uint16Array.of(0, 1, 0, 2),
    "corridor/dest": Uint16Array.of(1, 0, 2, 1),
    "corridor/evidence": Uint8Array.of(0, 1, 0, 2),
    "corridor/risk_low": f32(0, 0, 0, 0),
    "corridor/risk_high": f32(0.01, 0.01, 0.01, 0.01),
    "past/flows": f32(100, 120, 50, 60, 30, 30, 10, 10),
    "past/low": f32(50, 60, 25, 30, 15, 15, 5, 5),
    "past/high": f32(200, 240, 100, 120, 60, 60, 20, 20),
    "past/stocks": f32(900, 400, 300, 100),
    "past_error/flows": f32(11, 12, 13, 14),
    "s0/flows": f32(200, 220, 80, 90, 40, 50, 20, 20),
    "s0/outward_share": f32(0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5),
    "s0/stocks": f32(1000, 500, 300, 100),
    "s0/remittances": f32(5000, 4000, NaN, 100),
    "s0/areas/population": f32(1000, 1010, 2000, 2010, 3000, 3010),
    "s0/areas/moves_in": f32(80, 90, 220, 240, 40, 50),
    "s0/areas/moves_out": f32(240, 270, 80, 90, 20, 20),
    "s0/areas/net_migration": f32(-160, -180, 140, 150, 20, 30),
    "s0/ages": new Float32Array(3 * 2 * 21).fill(1),
    "s0/causes/flows": f32(1, 2, 3, 4, 10, 20, 30, 40),
    "s1/flows": f32(0, 10, 0, 0, 0, 0, 0, 0),
    "s1/gate/corridors": Uint16Array.of(0),
  };
  const parts: Record<string, number[]> = { legal: [90, 100], irregular: [10, 15], unmet: [40, 50], irregular_today: [0.2], unmet_today: [0.6] };
  for (const [part, values] of Object.entries(parts)) arrays[`s1/gate/${part}`] = f32(...values);
  const held = Object.entries(arrays).filter(([name]) => !without.includes(name));
  const shapes: Header["arrays"] = { "s0/causes/flows": { kind: "f32", shape: [2, 4, 1] } };
  const header = {
    form: "corridor explorer 1", group: "AB", past: [2023, 2024], future: [2025, 2026], dates: [2025], stockDates: [2024], causeYears: [2026],
    causes: ["carried", "income"], periods: [2020], areas: AREAS, groups: [{ key: "AB", name: { en: "AB", ru: "AB" }, members: [0, 1] }],
    scenarios: [scenario("baseline"), scenario("doors")], priors: { irregular: 0.16, unmet: 0.4 }, smuggling: [400, 1000, 2000], arrays: shapes,
  };
  return new World({ header: header as unknown as Header, arrays: new Map(held) });
}

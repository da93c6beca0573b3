/** The flows of the map as a table. */
import type { Table } from "../shared/figure";
import { evidenceOf, interval, type Telling } from "./facts";
import type { Flow } from "./figures";

export function tableOf(telling: Telling, flows: Flow[], names: string[]): Table {
  const { say, asked, world, titles } = telling;
  const past = world.isPast(asked.year);
  const compares = asked.beside >= 0;
  const columns = [
    say("map.column.orig"),
    say("map.column.dest"),
    say(asked.direction === "net" ? "map.moves.net" : "map.column.value"),
    say(past ? "map.column.low.past" : "map.column.low"),
    say(past ? "map.column.high.past" : "map.column.high"),
    say("map.column.evidence"),
    ...(compares ? [say("map.under", { name: titles.beside }), say("map.column.change"), say("map.column.share")] : []),
  ];
  return { columns, rows: flows.map((flow) => row(telling, flow, names)) };
}

function row(telling: Telling, flow: Flow, names: string[]): (string | number)[] {
  const [low, high] = interval(telling.world, telling.asked, flow.corridor) ?? ["", ""];
  const change = flow.other - flow.value;
  return [
    names[flow.orig],
    names[flow.dest],
    flow.value,
    low,
    high,
    evidenceOf(telling, flow),
    ...(telling.asked.beside >= 0 ? [flow.other, change, flow.value === 0 ? "" : (100 * change) / flow.value] : []),
  ];
}

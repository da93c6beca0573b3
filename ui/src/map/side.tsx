/** Beside the map: the point whose flows alone are shown, and the largest flows as buttons. */
import { useShared } from "../shared/context";
import { Facts } from "./card";
import { between, interval, type Fact, type Telling } from "./facts";
import type { Flow } from "./figures";
import type { Spot } from "./stage";

const LISTED = 20;

export function FlowList({ telling, flows, names, spot, onSpot, onFlow }: {
  telling: Telling;
  flows: Flow[];
  names: string[];
  spot: Spot;
  onSpot: (spot: Spot) => void;
  onFlow: (flow: number) => void;
}) {
  const { say } = useShared();
  const listed = flows.slice(0, LISTED);
  const most = Math.max(1, ...listed.map(({ size }) => size));
  return (
    <section class="map-list">
      <h2>{say(telling.asked.view === "difference" ? "map.list.differences" : "map.list")}</h2>
      <ol>
        {listed.map((flow, i) => (
          <li key={`${flow.orig} ${flow.dest}`}>
            <button
              type="button" class={spot && "flow" in spot && spot.flow === i ? "pointed" : ""}
              onClick={() => onFlow(i)}
              onPointerEnter={() => onSpot({ flow: i })} onPointerLeave={() => onSpot(undefined)}
              onFocus={() => onSpot({ flow: i })} onBlur={() => onSpot(undefined)}
            >
              <span class="map-way">{names[flow.orig]} <span aria-hidden="true">→</span><span class="hidden">, </span> {names[flow.dest]}</span>
              <span class="map-number">{figure(telling, flow)}</span>
              <span class={`map-bar ${flow.kind}`} style={{ width: `${(100 * flow.size) / most}%` }} aria-hidden="true" />
              <small>{detail(telling, flow)}</small>
            </button>
          </li>
        ))}
      </ol>
      {flows.length > LISTED && <p class="note">{say("map.list.some", { shown: LISTED, all: flows.length })}</p>}
    </section>
  );
}

function figure({ asked, numbers }: Telling, { value, other }: Flow): string {
  if (asked.view === "level") return numbers.persons(value);
  return asked.view === "difference" ? numbers.signed(other - value) : numbers.percent(value === 0 ? NaN : (other - value) / value, true);
}

function detail(telling: Telling, flow: Flow): string {
  const { asked, numbers, world, say } = telling;
  if (asked.view !== "level") return say("map.to", { low: numbers.persons(flow.value), high: numbers.persons(flow.other) });
  const bounds = interval(world, asked, flow.corridor);
  return bounds ? `80 %: ${between(telling, bounds)}` : "";
}

/** The point whose flows alone are shown. */
export function NodeCard({ name, facts, note, onSheet, onRelease }: {
  name: string;
  facts: Fact[];
  note: string;
  /** Opens the sheet of the area; undefined for a subregion. */
  onSheet: (() => void) | undefined;
  onRelease: () => void;
}) {
  const { say } = useShared();
  return (
    <section class="map-node">
      <h2>{name}</h2>
      <Facts facts={facts} />
      {note && <p class="note">{note}</p>}
      {onSheet && <button type="button" onClick={onSheet}>{say("map.sheet", { name })}</button>}
      <button type="button" onClick={onRelease}>{say("map.release")}</button>
    </section>
  );
}

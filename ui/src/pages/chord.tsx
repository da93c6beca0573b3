/** The page "chord": flows among the subregions of the world, or among the members of a group. */
import { useState } from "preact/hooks";
import "../charts/charts.css";
import { useChosen, type Chosen } from "../charts/chosen";
import { keptShare, largest, matrix } from "../charts/flows";
import { Legend } from "../charts/legend";
import { groupRing, regionsRing, type Ring, type RingNode } from "../charts/nodes";
import { RingDrawing } from "../charts/ring";
import { useShared } from "../shared/context";
import { AreaPicker, nearest, nameOf, ScenarioPicker, YearSlider } from "../shared/controls";
import { Figure } from "../shared/figure";

const WORLD = "World";

export function ChordPage() {
  const chosen = useChosen(WORLD);
  const { world, place, say, go, word, members, beside } = chosen;
  const year = nearest(world.years, place.year);
  const grouped = word !== WORLD && members.length > 1;
  const opened = grouped ? "" : place.more.region ?? "";
  const ring = ringOf(chosen, year, grouped, opened);
  const [held, onHold] = useState(-1);
  const shown = { chosen, ring, year, grouped, opened, held, onHold };
  return (
    <div class="charts">
      <h1>{grouped ? say("chord.group", { group: chosen.name, year }) : say("chord.world", { year })}</h1>
      <div class="controls">
        <AreaPicker label={say("chord.pick")} value={word} groups onPick={(areas) => go({ areas: areas && areas !== WORLD ? [areas] : [], more: { region: "" } })} />
        <ScenarioPicker views={false} />
        <YearSlider years={world.years} />
      </div>
      {members.length === 1 && <p class="note">{say("chord.single", { area: chosen.name })}</p>}
      {opened && <p><button type="button" onClick={() => go({ more: { region: "" } })}>{say("chord.close", { region: nameOf(world, opened, place.language) })}</button></p>}
      <div class={beside === undefined ? "" : "pair"}>
        <RingFigure {...shown} name="chord" scenario={chosen.scenario} heading={beside === undefined ? "" : chosen.scenarioName} />
        {beside !== undefined && <RingFigure {...shown} name="chord-beside" scenario={beside} heading={chosen.besideName} />}
      </div>
    </div>
  );
}

/** The same ring for both scenarios: its order follows the first one. */
function ringOf({ world, place, say, scenario, members }: Chosen, year: number, grouped: boolean, opened: string): Ring {
  const flows = world.flows(scenario, year);
  const inside = grouped ? new Set(members) : undefined;
  const turnover = new Array<number>(world.header.areas.length).fill(0);
  for (let k = 0; k < flows.length; k++) {
    if (inside && !(inside.has(world.orig[k]) && inside.has(world.dest[k]))) continue;
    turnover[world.orig[k]] += flows[k];
    turnover[world.dest[k]] += flows[k];
  }
  return grouped
    ? groupRing(world, members, turnover, place.language, say("chart.others"))
    : regionsRing(world, opened, turnover, place.language, say("chart.others"));
}

interface RingProps {
  chosen: Chosen;
  ring: Ring;
  year: number;
  grouped: boolean;
  opened: string;
  held: number;
  onHold: (node: number) => void;
  name: string;
  scenario: number;
  heading: string;
}

function RingFigure({ chosen, ring, year, grouped, opened, held, onHold, name, scenario, heading }: RingProps) {
  const { world, say, numbers } = chosen;
  const { nodes, nodeOf } = ring;
  const sums = matrix(world, world.flows(scenario, year), nodeOf, nodes.length);
  const list = pairsOf(sums);
  if (!list.length) return <p>{say("chord.empty")}</p>;
  const named = (from: number, to: number) => say(from === to ? "chord.inside" : "chart.corridor", { from: nodes[from].name, to: nodes[to].name });
  const [top] = largest(list.filter(({ from, to }) => from !== to && (!opened || nodes[from].own || nodes[to].own)), ({ value }) => value, 1);
  const whole = list.reduce((sum, { value }) => sum + value, 0);
  const title = (heading ? `${heading}: ` : "") + say(grouped ? "chord.groupTitle" : "chord.title", {
    year, group: chosen.name, whole: numbers.persons(whole), top: top ? named(top.from, top.to) : "", persons: numbers.persons(top?.value ?? 0),
  });
  const kept = say("chart.kept", { share: numbers.percent(keptShare(world, scenario, year)) });
  const saidNode = (node: number) => nodeSaid(chosen, nodes[node].name, totals(sums, node));
  const table = () => ({
    columns: [say("chart.origin"), say("chart.destination"), say("shell.year"), say("chart.movesUnit")],
    rows: largest(list, ({ value }) => value, list.length).map(({ from, to, value }) => [nodes[from].name, nodes[to].name, year, value]),
  });
  return (
    <Figure name={name} title={title} table={table} note={[say("chord.note"), say(grouped ? "chord.noteGroup" : "chord.noteWorld"), kept, say(world.isPast(year) ? "chart.past" : "chart.future")].join(" ")}>
      <div class="ring-row">
        <RingDrawing nodes={nodes} sums={sums} held={held} onHold={onHold} onPick={(node) => pick(chosen, nodes[node])} saidNode={saidNode} label={title}
          saidRibbon={(from, to) => `${named(from, to)}: ${numbers.persons(sums[from][to])}`} />
        <Beside nodes={nodes} held={held} onHold={onHold} said={held < 0 ? say("chord.hint") : saidNode(held)} />
      </div>
    </Figure>
  );
}

/** What the held node moves, the colours, and the names on the ring in their order. */
function Beside({ nodes, held, onHold, said }: { nodes: RingNode[]; held: number; onHold: (node: number) => void; said: string }) {
  const { say } = useShared();
  return (
    <div>
      <p class="said" aria-hidden="true">{said}</p>
      <Legend screen entries={(["in", "out", "within"] as const).map((kind) => ({ kind, words: say(`chord.${kind}`) }))} />
      <ol class="nodes">
        {nodes.map((node, i) => (
          <li key={node.key} class={held === i ? "held" : ""} onMouseEnter={() => onHold(i)} onMouseLeave={() => onHold(-1)}>{node.name}</li>
        ))}
      </ol>
    </div>
  );
}

function nodeSaid({ say, numbers }: Chosen, name: string, moves: { out: number; in: number; within: number }): string {
  return say("chord.node", { name, out: numbers.persons(moves.out), in: numbers.persons(moves.in), within: numbers.persons(moves.within) });
}

/** A region opens to its countries; a country opens its sheet. */
function pick({ go, tell, say }: Chosen, { opens, key, own, name }: RingNode): void {
  if (opens) {
    go({ more: { region: opens } });
    tell(say("chord.opened", { region: name }));
  } else if (own && key !== "others") go({ page: "area", areas: [key] });
}

function pairsOf(sums: number[][]): { from: number; to: number; value: number }[] {
  return sums.flatMap((row, from) => row.map((value, to) => ({ from, to, value }))).filter(({ value }) => value > 0);
}

/** Moves out of a node, into it, and inside it. */
function totals(sums: number[][], node: number): { out: number; in: number; within: number } {
  const within = sums[node][node];
  return {
    out: sums[node].reduce((sum, value) => sum + value, -within),
    in: sums.reduce((sum, row) => sum + row[node], -within),
    within,
  };
}

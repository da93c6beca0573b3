/** A stored run beside the preview. */
import { useEffect, useState } from "preact/hooks";
import { useShared } from "../shared/context";
import type { FlowRow, StoredRun } from "../shared/server";

export interface Stored {
  runs: StoredRun[];
  /** Name of the run that is looked at; empty without. */
  name: string;
  /** Moves of the corridor in that run. */
  rows: FlowRow[];
  /** Whether the run does not keep the corridor. */
  missing: boolean;
}

/** The stored runs, and the moves of a corridor in the one that the address names; asked for again when jobs finish. */
export function useStored(corridor: { orig: string; dest: string } | undefined, finished: string): Stored {
  const { server, place } = useShared();
  const [runs, setRuns] = useState<StoredRun[]>([]);
  const [rows, setRows] = useState<FlowRow[]>([]);
  const [missing, setMissing] = useState(false);
  const name = runs.some((run) => run.name === place.more.run) ? place.more.run : "";
  useEffect(() => {
    server?.runs().then((found) => setRuns(found.filter(({ state }) => state === "finished")), () => setRuns([]));
  }, [finished]);
  useEffect(() => {
    let current = true;
    const show = (found: FlowRow[], none: boolean) => {
      if (!current) return;
      setRows(found);
      setMissing(none);
    };
    if (!name || !corridor || !server) show([], false);
    else server.flows(name, corridor.orig, corridor.dest).then((found) => show(found, found.length === 0), () => show([], true));
    return () => {
      current = false;
    };
  }, [name, corridor?.orig, corridor?.dest]);
  return { runs, name, rows, missing };
}

export function CompareChoice({ stored, one }: { stored: Stored; one: boolean }) {
  const { say, go } = useShared();
  if (stored.runs.length === 0) return <p class="note">{say("room.compare-empty")}</p>;
  return (
    <div class="row">
      <label>{say("room.compare")}
        <select value={stored.name} onChange={(event) => go({ more: { run: event.currentTarget.value } })}>
          <option value="">{say("room.compare-none")}</option>
          {stored.runs.map(({ name, title, draws }) => <option key={name} value={name}>{`${name}: ${title} (${draws})`}</option>)}
        </select>
      </label>
      {stored.name && !one && <p class="note">{say("room.compare-one")}</p>}
      {stored.name && one && stored.missing && <p class="note">{say("room.compare-missing", { run: stored.name })}</p>}
    </div>
  );
}

/** Save the file of a draft, and run it with draws. */
import { useEffect, useState } from "preact/hooks";
import { useShared } from "../shared/context";
import { Refused, type Job, type Server } from "../shared/server";
import { fileName, tomlOf, type Draft } from "./draft";
import { problemWords } from "./forms";

const PAUSE = 1500;

/** Give the reader a text as a file. */
export function saveText(name: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/toml" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

export function SaveAndRun({ draft, server, sound, onFinished }: {
  draft: Draft;
  server: Server;
  sound: boolean;
  /** Hears the ids of all jobs that are finished. */
  onFinished: (ids: string) => void;
}) {
  const { say, tell, world } = useShared();
  const toml = tomlOf(draft);
  const name = fileName(String(draft.title ?? ""));
  return (
    <section aria-labelledby="save">
      <h2 id="save">{say("room.save")}</h2>
      <button type="button" onClick={() => {
        saveText(`${name}.toml`, toml);
        tell(say("room.saved", { name: `${name}.toml` }));
      }}>{say("room.save-button")}</button>
      <p>{say("room.save-note")} <code>corridor run {name}.toml --draws 200 --to {world.header.future[1]}</code></p>
      <details><summary>{say("room.show-file")}</summary><pre tabIndex={0}>{toml}</pre></details>
      <RunForm {...{ toml, name, server, sound, onFinished }} />
    </section>
  );
}

function RunForm({ toml, name, server, sound, onFinished }: {
  toml: string;
  name: string;
  server: Server;
  sound: boolean;
  onFinished: (ids: string) => void;
}) {
  const { say, world } = useShared();
  const last = world.header.future[1];
  const [wanted, setWanted] = useState({ name: "", draws: 200, to: last });
  const [fault, setFault] = useState("");
  const [jobs, ask] = useJobs(server, onFinished);
  const usual = `${name}-${wanted.to}`;
  const start = async () => {
    try {
      await server.start({ toml, name: wanted.name || usual, draws: wanted.draws, to: wanted.to });
      setFault("");
      ask();
    } catch (error) {
      setFault(error instanceof Refused ? error.problems.map(problemWords).join(" ") : (error as Error).message);
    }
  };
  return (
    <>
      <h3>{say("room.run")}</h3>
      <p class="note">{say("room.run-note")}</p>
      <form class="row" onSubmit={(event) => { event.preventDefault(); void start(); }}>
        <label>{say("room.run-name")}
          <input type="text" pattern="[a-z0-9][a-z0-9.\-]*" maxLength={64} placeholder={usual} value={wanted.name} onInput={(event) => setWanted({ ...wanted, name: event.currentTarget.value })} />
        </label>
        <label>{say("room.run-draws")}
          <input type="number" min={0} max={10000} value={wanted.draws} onInput={(event) => setWanted({ ...wanted, draws: Number(event.currentTarget.value) })} />
        </label>
        <label>{say("room.run-to")}
          <input type="number" min={world.first + 1} max={2100} value={wanted.to} onInput={(event) => setWanted({ ...wanted, to: Number(event.currentTarget.value) })} />
        </label>
        <button type="submit" disabled={!sound}>{say("room.run-button")}</button>
      </form>
      {fault && <p class="wrong" role="alert">{fault}</p>}
      <JobList jobs={jobs} cancel={async (id) => { await server.cancel(id); ask(); }} />
    </>
  );
}

/** All jobs, asked for again while one of them is under way. */
function useJobs(server: Server, onFinished: (ids: string) => void): [Job[], () => void] {
  const [jobs, setJobs] = useState<Job[]>([]);
  const [round, setRound] = useState(0);
  const going = jobs.some(({ state }) => state === "waiting" || state === "running");
  useEffect(() => {
    let current = true;
    server.jobs().then((found) => current && setJobs(found), () => undefined);
    const timer = going || round > 0 ? setTimeout(() => setRound(going ? round + 1 : 0), PAUSE) : undefined;
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [round, going]);
  const done = jobs.filter(({ state }) => state === "done").map(({ id }) => id).join();
  useEffect(() => onFinished(done), [done]);
  return [jobs, () => setRound((before) => before + 1)];
}

function JobList({ jobs, cancel }: { jobs: Job[]; cancel: (id: string) => Promise<void> }) {
  const { say } = useShared();
  if (jobs.length === 0) return null;
  return (
    <>
      <h3>{say("room.jobs")}</h3>
      <ul class="jobs">
        {jobs.map((job) => {
          const { id, name, state, drawn, draws, said } = job;
          return (
            <li key={id}>
              <strong>{name}</strong>
              {state === "running" && <progress max={draws || 1} value={drawn} aria-label={name} />}
              <span role="status">{say(`room.job-${state}`, { drawn, draws, said: said.split("\n").pop() ?? "" })}</span>
              {(state === "waiting" || state === "running") && <button type="button" onClick={() => void cancel(id)}>{say("room.cancel")}</button>}
              {state === "done" && <a href={`/?run=${encodeURIComponent(name)}`}>{say("room.open-run")}</a>}
            </li>
          );
        })}
      </ul>
    </>
  );
}

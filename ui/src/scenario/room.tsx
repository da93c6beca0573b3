/** The scenario room with the program behind it: levers, a live preview, and runs. */
import { useEffect, useState } from "preact/hooks";
import { useShared } from "../shared/context";
import type { Schema, Server, Shipped, Table } from "../shared/server";
import type { Key } from "../words";
import { tomlOf, type Draft } from "./draft";
import { ChannelsForm, LeversForm, problemWords, WorldForm } from "./forms";
import { Results } from "./results";
import { SaveAndRun } from "./save";
import { useDraft } from "./use_draft";
import { usePreview, type Preview } from "./use_preview";

/** Ask the program what scenarios may hold, and then show the room. */
export function Room({ server }: { server: Server }) {
  const { say } = useShared();
  const [known, setKnown] = useState<{ schema: Schema; shipped: Shipped[] }>();
  const [fault, setFault] = useState("");
  useEffect(() => {
    Promise.all([server.schema(), server.shipped()]).then(([schema, shipped]) => setKnown({ schema, shipped }), (error: Error) => setFault(error.message));
  }, []);
  return (
    <>
      <h1>{say("page.scenario")}</h1>
      <p class="lead">{say("room.intro")}</p>
      {fault && <p class="wrong" role="alert">{say("room.failed", { fault })}</p>}
      {known && <Bench server={server} {...known} />}
    </>
  );
}

function Bench({ server, schema, shipped }: { server: Server; schema: Schema; shipped: Shipped[] }) {
  const { world } = useShared();
  const { draft, base, change, begin } = useDraft(shipped);
  const preview = usePreview(server, world, tomlOf(draft));
  const [finished, setFinished] = useState("");
  const forms = { draft, schema, problems: preview.problems, doubts: preview.doubts, onChange: change };
  return (
    <div class="room">
      <div class="levers">
        <Begin {...{ shipped, base, begin, draft, change }} />
        <WorldForm {...forms} />
        <ChannelsForm {...forms} />
        <LeversForm {...forms} />
        <Kept draft={draft} />
        <SaveAndRun draft={draft} server={server} sound={preview.state !== "failed"} onFinished={setFinished} />
      </div>
      <PreviewPane preview={preview} finished={finished} />
    </div>
  );
}

function Begin({ shipped, base, begin, draft, change }: {
  shipped: Shipped[];
  base: string;
  begin: (name: string) => void;
  draft: Draft;
  change: (draft: Draft) => void;
}) {
  const { world, say, place } = useShared();
  const language = place.language === "en" ? "en" : "ru";
  const titleOf = ({ name, title }: Shipped) => world.header.scenarios.find(({ key }) => key === name)?.title[language] ?? title;
  const listed = Array.isArray(draft.overrides) ? (draft.overrides as string[]) : [];
  const title = String(draft.title ?? "");
  return (
    <div class="begin">
      <label>{say("room.start")}
        <select value={base} onChange={(event) => begin(event.currentTarget.value)}>
          {shipped.map((one) => <option key={one.name} value={one.name}>{titleOf(one)}</option>)}
        </select>
      </label>
      <p class="note">{say("room.start-note")}</p>
      <label>{say("room.title")}
        <input type="text" value={title} aria-invalid={!title.trim()} onInput={(event) => change({ ...draft, title: event.currentTarget.value })} />
      </label>
      {!title.trim() && <p class="wrong">{say("room.missing")}</p>}
      <details>
        <summary>{say("room.description")}</summary>
        <textarea rows={5} aria-label={say("room.description")} value={String(draft.description ?? "")}
          onInput={(event) => change({ ...draft, description: event.currentTarget.value })} />
      </details>
      {listed.length > 0 && <p class="note">{say("room.builds-on", { what: listed.join(", ") })}</p>}
    </div>
  );
}

/** What a draft says that no form shows. */
function Kept({ draft }: { draft: Draft }) {
  const { say } = useShared();
  const climate = (draft.climate as Table | undefined) ?? {};
  const kept = ["parameters", "demand"].filter((section) => Object.keys((draft[section] as Table | undefined) ?? {}).length > 0);
  const others = ["warming"].filter((name) => climate[name] !== undefined);
  const what = [...kept, ...others].map((name) => say(`section.${name}` as Key)).join(", ");
  return what ? <p class="note">{say("room.kept", { what })}</p> : null;
}

function PreviewPane({ preview, finished }: { preview: Preview; finished: string }) {
  const { say } = useShared();
  const { state, world, scenario, problems, digest, stranger } = preview;
  const fault = stranger ? say("room.stranger") : preview.fault;
  return (
    <section class="preview" tabIndex={0} aria-labelledby="preview" aria-busy={state === "working"}>
      <h2 id="preview">{say("room.preview")}</h2>
      <p class={`state ${state}`} role="status">
        {state === "working" ? say("room.working") : state === "ready" ? say("room.digest", { digest: digest.slice(0, 12) }) : fault ? say("room.failed", { fault }) : say("room.problems")}
      </p>
      {problems.length > 0 && (
        <ul class="problems" role="alert">
          {problems.map((problem, i) => <li key={i}>{problem.column && <code>{problem.column}</code>} {problemWords(problem)}</li>)}
        </ul>
      )}
      {world && state === "failed" && <p class="note">{say("room.outdated")}</p>}
      {world && <div class={state === "ready" ? "figures" : "figures old"}><Results {...{ world, scenario, finished }} /></div>}
    </section>
  );
}


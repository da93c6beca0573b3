/** The page "about": what the figures are, what they rest on, how far to trust them and how to cite them. */
import "../charts/about.css";
import { useShared, type Shared } from "../shared/context";
import { TableView } from "../shared/figure";
import { Numbers } from "../shared/numbers";

const TERMS = ["corridor", "move", "flow", "transition", "stock", "net", "counted", "scenario"] as const;
const METHOD = ["past", "future", "channels", "ranges"] as const;
const WEAK = ["past", "future", "causes", "pathways", "small"] as const;
const SOURCES = ["un", "wb", "unhcr", "iiasa", "ipcc", "iom", "borders", "names"] as const;

export function AboutPage() {
  const shared = useShared();
  const { world, say, place } = shared;
  const { past, future, areas } = world.header;
  const numbers = new Numbers(place.language);
  return (
    <article class="about">
      <h1>{say("about.title")}</h1>
      <p class="lead">{say("about.lead", {
        from: past[0], past: past[1], first: future[0], last: future[1], areas: areas.length, corridors: numbers.plain(world.corridors),
      })}</p>
      <Cite {...shared} />
      <section>
        <h2>{say("about.words")}</h2>
        <dl>{TERMS.map((term) => <div key={term}><dt>{say(`about.term.${term}`)}</dt><dd>{say(`about.def.${term}`)}</dd></div>)}</dl>
      </section>
      <section><h2>{say("about.method")}</h2>{METHOD.map((part) => <p key={part}>{say(`about.method.${part}`)}</p>)}</section>
      <section><h2>{say("about.weak")}</h2><ul>{WEAK.map((part) => <li key={part}>{say(`about.weak.${part}`)}</li>)}</ul></section>
      <section>
        <h2>{say("about.sources")}</h2>
        <p>{say("about.sourcesSaid")}</p>
        <ul>{SOURCES.map((source) => <li key={source}>{say(`about.source.${source}`)}</li>)}</ul>
        <p>{say("about.licence")}</p>
      </section>
      <section><h2>{say("about.names")}</h2><p>{say("about.namesSaid")}</p></section>
      <Made {...shared} />
    </article>
  );
}

function Cite({ world, say, tell }: Shared) {
  const { citation } = world.header.made;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(citation);
      tell(say("about.copied"));
    } catch {
      tell(say("about.notCopied"));
    }
  };
  return (
    <section>
      <h2>{say("about.cite")}</h2>
      <p>{say("about.citeSaid")}</p>
      <blockquote>{citation}</blockquote>
      <button type="button" onClick={() => void copy()}>{say("about.copy")}</button>
    </section>
  );
}

function Made({ world, say, place }: Shared) {
  const { version, command, digest, panel } = world.header.made;
  const language = place.language === "en" ? "en" : "ru";
  const facts = { "made.version": `Corridor ${version}`, "made.command": command, "made.digest": digest } as const;
  const scenarios = world.header.scenarios.map(({ title, draws, digest: sum }) => [
    title[language], draws ? say("about.draws", { draws }) : say("about.noDraws"), sum,
  ]);
  return (
    <section>
      <h2>{say("about.made")}</h2>
      <dl>{(Object.keys(facts) as (keyof typeof facts)[]).map((key) => <div key={key}><dt>{say(key)}</dt><dd><code>{facts[key]}</code></dd></div>)}</dl>
      <h3>{say("about.scenarios")}</h3>
      <TableView title={say("about.scenarios")} columns={[say("shell.scenario"), say("about.term.draws"), say("about.term.digest")]} rows={scenarios} />
      <h3>{say("about.sums")}</h3>
      <TableView title={say("about.sums")} columns={[say("figure.table"), "SHA-256"]} rows={Object.entries(panel)} />
    </section>
  );
}

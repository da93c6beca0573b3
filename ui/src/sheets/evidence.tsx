/** How far past forecasts missed, what figures rest on, and what they cannot say. */
import { useShared } from "../shared/context";
import { Numbers } from "../shared/numbers";
import { evidenceShares, isArea, type Whole } from "./whole";

/** Mean error of past forecasts of a corridor. */
export function CorridorError({ k }: { k: number }) {
  const { world, place, say } = useShared();
  const numbers = new Numbers(place.language);
  const words = world.has("past_error/flows")
    ? say("sheet.errorCorridor", { error: numbers.persons(world.array("past_error/flows")[k]) })
    : say("sheet.errorMissing");
  return <section class="sheet-half"><h2>{say("sheet.error")}</h2><p class="sheet-text">{words}</p></section>;
}

/** Mean errors of past forecasts of an area; members of a group have their own. */
export function WholeError({ whole }: { whole: Whole }) {
  const { world, say } = useShared();
  const words = !world.has("past_error/areas") ? say("sheet.errorMissing") : isArea(whole) ? undefined : say("sheet.errorGroup");
  return <section class="sheet-half"><h2>{say("sheet.error")}</h2><p class="sheet-text">{words ?? <AreaError area={whole.members[0]} />}</p></section>;
}

function AreaError({ area }: { area: number }) {
  const { world, place, say } = useShared();
  const numbers = new Numbers(place.language);
  const errors = world.array("past_error/areas");
  const [out, into, net] = [0, 1, 2].map((margin) => numbers.persons(errors[margin * world.header.areas.length + area]));
  return <>{say("sheet.errorArea", { out, in: into, net })}</>;
}

/** What the past moves of a corridor rest on. */
export function CorridorEvidence({ k }: { k: number }) {
  const { world, say } = useShared();
  const word = world.has("corridor/evidence") ? (String(world.array("corridor/evidence")[k]) as "0" | "1" | "2") : "missing";
  return <EvidenceSection words={say(`sheet.evidence.${word}`)} />;
}

/** What the past moves of an area or a group rest on, as shares of moves. */
export function WholeEvidence({ whole }: { whole: Whole }) {
  const { world, place, say } = useShared();
  if (!world.has("corridor/evidence")) return <EvidenceSection words={say("sheet.evidence.missing")} />;
  const numbers = new Numbers(place.language);
  const all = [...whole.into, ...whole.out, ...(isArea(whole) ? [] : whole.within)];
  const [modelled, adjusted, measured] = evidenceShares(world, all).map((share) => (share === 0 ? `0\u00a0%` : numbers.percent(share)));
  return <EvidenceSection words={say("sheet.evidence.shares", { year: world.header.past[1], modelled, adjusted, measured })} />;
}

function EvidenceSection({ words }: { words: string }) {
  const { say } = useShared();
  return (
    <section class="sheet-half">
      <h2>{say("sheet.evidence")}</h2>
      <p class="sheet-text">{words}</p>
      <ul class="sheet-text">
        {(["1", "2", "3", "4"] as const).map((at) => <li key={at}>{say(`sheet.weak.${at}`)}</li>)}
      </ul>
    </section>
  );
}

/** The scenario room of the single file: scenarios that were computed before, and their files. */
import { useMemo } from "preact/hooks";
import { areaName, useShared } from "../shared/context";
import { Numbers } from "../shared/numbers";
import { largestChanges } from "./changes";
import { saveText } from "./save";

export function Offline() {
  const { world, place, say, go, tell } = useShared();
  const numbers = new Numbers(place.language);
  const language = place.language === "en" ? "en" : "ru";
  const year = world.header.future[1];
  const rows = useMemo(() => world.header.scenarios.map((_, at) => changeOf(at)), [world]);

  function changeOf(at: number) {
    const sum = (number: number) => world.flows(number, year).reduce((total, moves) => total + moves, 0);
    return { more: at ? sum(at) - sum(0) : 0, first: at ? largestChanges(world, at, year, 1)[0] : undefined };
  }
  const most = (at: number) => {
    const first = rows[at].first;
    if (!first) return say("room.no-change");
    const [orig, dest] = [world.orig[first.at], world.dest[first.at]].map((area) => areaName(world.header, area, place.language));
    return `${orig} → ${dest}: ${numbers.signed(first.difference)}`;
  };
  return (
    <>
      <h1>{say("page.scenario")}</h1>
      <p class="lead">{say("room.offline")} {say("room.offline-save")}</p>
      <h2>{say("room.offline-title")}</h2>
      <p class="note">{say("room.offline-note", { year })}</p>
      <ul class="scenarios">
        {world.header.scenarios.map(({ key, title, description, toml, exercise }, at) => !exercise && (
          <li key={key}>
            <h3>{title[language]}</h3>
            <p>{description[language]}</p>
            {at > 0 && (
              <dl>
                <div><dt>{say("room.column-moves", { year })}</dt><dd>{numbers.signed(rows[at].more)}</dd></div>
                <div><dt>{say("room.column-most")}</dt><dd>{most(at)}</dd></div>
              </dl>
            )}
            <p class="row">
              <button type="button" onClick={() => go({ page: "map", scenario: key, beside: at ? world.header.scenarios[0].key : "", view: at ? "difference" : "level", year })}>{say("room.look")}</button>
              <button type="button" onClick={() => { saveText(`${key}.toml`, toml); tell(say("room.saved", { name: `${key}.toml` })); }}>{say("room.save-button")}</button>
              <code>corridor run {key}.toml</code>
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}

/** How what is on the screen was made: what every download and the page "about" say of it. */
import { membersOf, scenarioOf, type Shared } from "./context";
import type { Facts } from "./download";
import { nameOf } from "./controls";

/** Facts of a figure, the same in words and for programs. */
export function made({ world, place, say }: Shared, title: string): { facts: Facts; sums: Facts; programs: Record<string, unknown>; source: string } {
  const { version, command, citation, digest, panel } = world.header.made;
  const language = place.language === "en" ? "en" : "ru";
  const keys = [place.scenario, ...(place.beside ? [place.beside] : [])];
  const scenarios = keys.map((key) => world.header.scenarios[scenarioOf(world.header, key)]);
  const areas = place.areas.filter((word) => membersOf(world.header, word).length);
  const time = new Date().toISOString().slice(0, 19) + "Z";
  const named = scenarios.map(({ title: name }) => name[language]).join(" / ");
  const facts: Facts = [
    [say("made.title"), title],
    [say("made.version"), `Corridor ${version}`],
    [say("made.command"), command],
    [say("made.citation"), citation],
    [say("made.digest"), digest],
    ...scenarios.map((one): Facts[number] => [say("made.scenario"), `${one.title[language]} (${one.key}, ${one.digest})`]),
    ...(areas.length ? [[say("made.areas"), areas.map((word) => nameOf(world, word, place.language)).join("; ")] as Facts[number]] : []),
    [say("made.address"), location.href],
    [say("made.time"), time],
    [say("made.kind"), say("made.kindSaid", { first: world.first })],
  ];
  return {
    facts,
    sums: Object.entries(panel).map(([table, sum]) => [say("made.sum", { table }), sum]),
    programs: {
      title, version, command, citation, digest, address: location.href, time, panel, areas,
      scenarios: scenarios.map(({ key, title: name, digest: sum, draws }) => ({ key, title: name[language], digest: sum, draws })),
    },
    source: say("made.source", { version, digest: digest.slice(0, 12), scenario: named, time: time.slice(0, 10) }),
  };
}

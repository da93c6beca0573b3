/** The frame around all pages: navigation, language, colours, the line that tells. */
import { useEffect, useMemo, useState } from "preact/hooks";
import type { ComponentType } from "preact";
import type { World } from "./contents/world";
import { AboutPage } from "./pages/about";
import { AreaPage } from "./pages/area";
import { ChordPage } from "./pages/chord";
import { ComponentsPage } from "./pages/components";
import { CorridorPage } from "./pages/corridor";
import { MapPage } from "./pages/map";
import { PyramidPage } from "./pages/pyramid";
import { RankingPage } from "./pages/ranking";
import { ScenarioPage } from "./pages/scenario";
import { TrainingPage } from "./pages/training";
import { PAGES, usePlace, type Page } from "./place";
import { SharedContext } from "./shared/context";
import type { Server } from "./shared/server";
import { Waiting } from "./scenario/waiting";
import { BackToExercise } from "./training/back";
import { speaker } from "./words";

const SHOWN: Record<Page, ComponentType> = {
  map: MapPage,
  area: AreaPage,
  corridor: CorridorPage,
  chord: ChordPage,
  ranking: RankingPage,
  pyramid: PyramidPage,
  components: ComponentsPage,
  scenario: ScenarioPage,
  training: TrainingPage,
  about: AboutPage,
};
const LANGUAGES = { en: "English", ru: "Русский", kk: "Қазақша" } as const;

export function App({ load, server }: { load: (tell: (done: number, of: number) => void) => Promise<World>; server: Server | undefined }) {
  const [world, setWorld] = useState<World>();
  const [fault, setFault] = useState("");
  const [computed, setComputed] = useState<[number, number]>([0, 0]);
  const [told, tell] = useState("");
  const [place, go] = usePlace({});
  const say = useMemo(() => speaker(place.language), [place.language]);
  useEffect(() => {
    load((done, of) => setComputed([done, of])).then(setWorld, (error: Error) => setFault(error.message));
  }, []);
  useEffect(() => {
    document.documentElement.lang = place.language === "en" ? "en" : "ru";
    document.documentElement.dataset.theme = place.theme;
  }, [place.language, place.theme]);
  useEffect(() => {
    if (world) document.title = `${say(`page.${place.page}`)} · ${world.header.title[place.language === "en" ? "en" : "ru"]}`;
  }, [world, place.page, place.language]);

  if (fault) return <p class="fault" role="alert">{say("shell.failed", { fault })}</p>;
  if (!world) return <Waiting done={computed[0]} of={computed[1]} say={say} />;
  const Shown = SHOWN[place.page];
  return (
    <SharedContext.Provider value={{ world, place, go, say, server, tell }}>
      <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); document.getElementById("main")?.focus(); }}>
        {say("shell.skip")}
      </a>
      <header class="top">
        <strong class="mark">Corridor</strong>
        <nav aria-label={say("shell.pages")}>
          {PAGES.map((page) => (
            <button
              key={page}
              type="button"
              aria-current={page === place.page ? "page" : undefined}
              onClick={() => go({ page })}
            >
              {say(`page.${page}`)}
            </button>
          ))}
        </nav>
        <label class="quiet">
          <span class="hidden">{say("shell.language")}</span>
          <select value={place.language} onChange={(event) => go({ language: event.currentTarget.value as "en" })}>
            {Object.entries(LANGUAGES).map(([code, name]) => <option key={code} value={code}>{name}</option>)}
          </select>
        </label>
        <label class="quiet">
          <span class="hidden">{say("shell.theme")}</span>
          <select value={place.theme} onChange={(event) => go({ theme: event.currentTarget.value as "auto" })}>
            {(["auto", "light", "dark"] as const).map((theme) => <option key={theme} value={theme}>{say(`theme.${theme}`)}</option>)}
          </select>
        </label>
      </header>
      <main id="main" tabIndex={-1}><BackToExercise /><Shown /></main>
      <footer><p>{say("shell.borders")}</p></footer>
      <p class="told" role="status" aria-live="polite">{told}</p>
    </SharedContext.Provider>
  );
}

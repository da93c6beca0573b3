/** The page "pyramid": people by sex and age at two dates or in two scenarios. */
import { agesOf, ageNames, both, medianAge, supportRatio, total, type Ages } from "../charts/ages";
import "../charts/charts.css";
import { useChosen, type Chosen } from "../charts/chosen";
import { Legend } from "../charts/legend";
import { Tree } from "../charts/tree";
import { AreaPicker, nearest, ScenarioPicker } from "../shared/controls";
import { useShared } from "../shared/context";
import { Figure } from "../shared/figure";

interface Shown {
  name: string;
  date: number;
  ages: Ages;
}

export function PyramidPage() {
  const { world: { header } } = useShared();
  const area = useChosen(header.group);
  const { world, place, say } = area;
  const dates = world.header.dates;
  const date = nearest(dates, place.year);
  const then = dates.find((one) => String(one) === place.more.then) ?? (area.beside === undefined && place.more.then === undefined ? dates[dates.length - 1] : undefined);
  const pictures = shownOf(area, date, then);
  const apart = place.more.apart === "yes";
  return (
    <div class="charts">
      <h1>{say("pyramid.title", { area: area.name })}</h1>
      <Controls chosen={area} date={date} then={then} apart={apart} />
      <p class="lead">{pictures.map((one) => sentence(area, one)).join(" ")}</p>
      {area.beside !== undefined && date === world.first && pictures[1]?.date === date && <p class="note">{say("pyramid.begin", { year: date })}</p>}
      {total(both(pictures[0].ages)) > 0 ? <Pictures chosen={area} pictures={pictures} apart={apart} /> : <p>{say("pyramid.empty")}</p>}
    </div>
  );
}

/** The first scenario at the first date, and what is laid beside it: the second scenario, the second date, or both. */
function shownOf({ world, members, scenario, scenarioName, beside, besideName, say }: Chosen, date: number, then: number | undefined): Shown[] {
  const named = (scenarioTitle: string, year: number) => (beside === undefined ? say("pyramid.date", { year }) : `${scenarioTitle}, ${say("pyramid.date", { year })}`);
  const first = { name: named(scenarioName, date), date, ages: agesOf(world, scenario, members, date) };
  const other = then ?? date;
  if (beside === undefined && other === date) return [first];
  return [first, { name: named(besideName, other), date: other, ages: agesOf(world, beside ?? scenario, members, other) }];
}

function sentence({ say, numbers, name }: Chosen, { name: when, ages }: Shown): string {
  return say("pyramid.said", {
    when, area: name, people: numbers.persons(total(both(ages))), ratio: numbers.plain(supportRatio(ages), 1), age: numbers.plain(medianAge(ages), 0),
  });
}

function Controls({ chosen: { world, go, say, word }, date, then, apart }: { chosen: Chosen; date: number; then: number | undefined; apart: boolean }) {
  const options = world.header.dates.map((one) => <option key={one} value={one}>{say("pyramid.date", { year: one })}</option>);
  return (
    <div class="controls">
      <AreaPicker label={say("chart.area")} value={word} groups onPick={(areas) => go({ areas: areas ? [areas] : [] })} />
      <label>{say("pyramid.first")}<select value={date} onChange={(event) => go({ year: Number(event.currentTarget.value) })}>{options}</select></label>
      <label>{say("pyramid.second")}
        <select value={then ?? "same"} onChange={(event) => go({ more: { then: event.currentTarget.value } })}>
          <option value="same">{say("pyramid.same")}</option>{options}
        </select>
      </label>
      <label>{say("pyramid.layout")}
        <select value={apart ? "yes" : ""} onChange={(event) => go({ more: { apart: event.currentTarget.value } })}>
          <option value="">{say("pyramid.over")}</option><option value="yes">{say("pyramid.apart")}</option>
        </select>
      </label>
      <ScenarioPicker views={false} />
    </div>
  );
}

function Pictures({ chosen, pictures, apart }: { chosen: Chosen; pictures: Shown[]; apart: boolean }) {
  const most = Math.max(...pictures.flatMap(({ ages }) => [...ages.female, ...ages.male]));
  const [first, second] = pictures;
  if (!apart || !second) return <Picture chosen={chosen} name="pyramid" first={first} second={second} most={most} />;
  return (
    <div class="pair">
      <Picture chosen={chosen} name="pyramid" first={first} most={most} />
      <Picture chosen={chosen} name="pyramid-beside" first={second} most={most} />
    </div>
  );
}

function Picture({ chosen: { say, name: area, numbers, world }, name, first, second, most }: { chosen: Chosen; name: string; first: Shown; second?: Shown; most: number }) {
  const words = { male: say("sex.male"), female: say("sex.female") };
  const title = second ? say("pyramid.two", { area, first: first.name, second: second.name }) : say("pyramid.one", { area, first: first.name });
  const shown = second ? [first, second] : [first];
  const table = () => ({
    columns: [say("pyramid.age"), ...shown.flatMap((one) => [`${words.male}, ${one.name}`, `${words.female}, ${one.name}`])],
    rows: ageNames().map((age, i) => [age, ...shown.flatMap(({ ages }) => [ages.male[i], ages.female[i]])]),
  });
  return (
    <Figure name={name} title={title} note={say("pyramid.note", { first: world.first })} table={table}>
      {second && <Legend entries={[{ kind: "people", words: first.name }, { kind: "outlined", words: second.name }]} />}
      <Tree first={first.ages} second={second?.ages} most={most} words={words} label={title} tick={(value) => numbers.tick(value)} persons={(value) => numbers.persons(value)} />
    </Figure>
  );
}

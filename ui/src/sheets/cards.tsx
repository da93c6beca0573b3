/** Headline figures of the sheets, and the three parts of demand as the first of them. */
import { useShared } from "../shared/context";
import { Amounts } from "./amounts";
import { projected, splitKnown, splits } from "./corridor";
import { scenariosOf } from "./compared";

export interface Card {
  title: string;
  /** What is counted, and its unit. */
  what: string;
  value: string;
  lines: string[];
}

/** Large figures side by side. */
export function Cards({ cards }: { cards: Card[] }) {
  return (
    <dl class="sheet-cards">
      {cards.map(({ title, what, value, lines }) => (
        <div key={title} class="sheet-card">
          <dt>{title}</dt>
          <dd>
            <strong>{value}</strong>
            {lines.filter(Boolean).map((line) => <span key={line}>{line}</span>)}
            <small>{what}</small>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Legal, irregular and unmet of the chosen year, with the statement where the shares come from. */
export function DemandCards({ k }: { k: number }) {
  const shared = useShared();
  const { world, place, say } = shared;
  if (!splitKnown(world)) return <p>{say("sheet.noSplitAtAll")}</p>;
  const { scenario, beside, name, besideName } = scenariosOf(shared);
  const year = projected(world, place.year);
  const [now, before] = splits(world, scenario, k, year);
  const other = beside === undefined ? undefined : splits(world, beside, k, year)[0];
  const amounts = new Amounts(place.language, say);
  const cards = (["legal", "irregular", "unmet"] as const).map((part): Card => ({
    title: say(`sheet.${part}`),
    what: say(`sheet.${part}.what`, { year }),
    value: amounts.value("persons", now[part]),
    lines: [
      scenario === 0 ? "" : say("sheet.againstBaseline", { value: amounts.value("persons", before[part]), change: amounts.change("persons", now[part] - before[part]) }),
      other ? say("area.beside", { name: besideName, value: amounts.value("persons", other[part]) }) : "",
    ],
  }));
  const { irregular, unmet } = world.header.priors;
  const shares = { scenario: name, irregular: amounts.numbers.percent(irregular), unmet: amounts.numbers.percent(unmet) };
  return (
    <section aria-label={say("sheet.split", { year })}>
      <h2>{say("sheet.split", { year })}</h2>
      <Cards cards={cards} />
      <p class="note">
        {year !== place.year && `${say("sheet.splitFirst", { year })} `}
        {say(now.lever ? "sheet.lever" : "sheet.noLever", shares)}
        {other && ` ${say(other.lever ? "sheet.lever" : "sheet.noLever", { ...shares, scenario: besideName })}`}
      </p>
    </section>
  );
}

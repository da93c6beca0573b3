/** One step of an exercise on the screen. */
import { useEffect, useRef } from "preact/hooks";
import { writePlace, type Place } from "../place";
import { useShared } from "../shared/context";
import { Numbers } from "../shared/numbers";
import { Bars } from "./bars";
import { settingOf, type Exercise, type Look, type Step } from "./exercise";
import { figuresOf } from "./figures";
import { fillingOf, type Filling } from "./fill";
import { FlowTable } from "./table";
import { Paragraphs, useTongue } from "./texts";

export function StepView({ exercise, number }: { exercise: Exercise; number: number }) {
  const { world, place, say } = useShared();
  const words = useTongue();
  const step = exercise.steps[number];
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [number]);
  const filling = fillingOf(step, (lever, flow) => figuresOf(world, exercise, step, lever, flow), new Numbers(place.language), say);
  const chosen = step.levers.includes(place.more.lever) ? place.more.lever : step.levers[0];
  return (
    <section class="step">
      <div class="reading">
        <p class="quiet">{say("training.step", { step: number + 1, steps: exercise.steps.length })} · {say("training.minutes", { minutes: step.minutes })}</p>
        <h2 ref={heading} tabIndex={-1}>{words(step.title)}</h2>
        <Paragraphs text={step.text} filling={filling} />
        {step.looks.length > 0 && <h3>{say("training.look")}</h3>}
        <ul class="looks">{step.looks.map((look) => <li key={look.title.en}><LookLink exercise={exercise} look={look} /></li>)}</ul>
        <h3>{say("training.question")}</h3>
        <Paragraphs text={step.question} filling={filling} />
        <Reveal name="hint" step={step} filling={filling} />
        <Reveal name="answer" step={step} filling={filling} />
        <h3>{say("training.discussion")}</h3>
        <Paragraphs text={step.discussion} filling={filling} />
      </div>
      <div class="pulling">
        <h3>{say("training.levers")}</h3>
        <Levers exercise={exercise} step={step} chosen={chosen} />
        {step.flows.map((flow) => (
          <section key={flow.name} class="flow">
            <Bars exercise={exercise} step={step} flow={flow} chosen={chosen} />
            <FlowTable exercise={exercise} step={step} flow={flow} levers={[...new Set([step.levers[0], chosen])]} filling={filling} />
          </section>
        ))}
        <p class="note">{say("training.table.note")}</p>
      </div>
    </section>
  );
}

function LookLink({ exercise, look }: { exercise: Exercise; look: Look }) {
  const { place, go } = useShared();
  const words = useTongue();
  const scenario = look.setting ? settingOf(exercise, look.setting).scenario : "";
  const { page, areas, orig, dest, year } = look;
  const target: Partial<Place> = { page, areas, orig, dest, year, scenario, beside: "", view: "level" };
  return (
    <a href={writePlace({ ...place, ...target })} onClick={(event) => { event.preventDefault(); go(target); }}>{words(look.title)}</a>
  );
}

function Levers({ exercise, step, chosen }: { exercise: Exercise; step: Step; chosen: string }) {
  const { world, place, go, say, tell } = useShared();
  const words = useTongue();
  const pull = (name: string) => {
    const numbers = new Numbers(place.language);
    const [flow] = step.flows;
    const figures = figuresOf(world, exercise, step, name, flow);
    const [legal, irregular, unmet] = [figures.legal, figures.irregular, figures.unmet].map((value) => numbers.persons(value));
    go({ more: { lever: name } });
    tell(say("training.chosen", { setting: words(settingOf(exercise, name).title), flow: words(flow.title), legal, irregular, unmet }));
  };
  return (
    <div class="levers" role="group" aria-label={say("training.levers")}>
      {step.levers.map((name) => (
        <button key={name} type="button" aria-pressed={name === chosen} onClick={() => pull(name)}>{words(settingOf(exercise, name).title)}</button>
      ))}
      <p class="about">{words(settingOf(exercise, chosen).description)}</p>
    </div>
  );
}

/** A text behind a button; whether it is open stands in the address. */
function Reveal({ name, step, filling }: { name: "hint" | "answer"; step: Step; filling: Filling }) {
  const { place, go, say } = useShared();
  const open = place.more[name] === "1";
  return (
    <div class={`reveal ${name}`}>
      <button type="button" aria-expanded={open} onClick={() => go({ more: { [name]: open ? "" : "1" } })}>
        {say(open ? `training.${name}` : name === "hint" ? "training.showhint" : "training.showanswer")}
      </button>
      {open && <div role="region" aria-label={say(`training.${name}`)}><Paragraphs text={step[name]} filling={filling} /></div>}
    </div>
  );
}

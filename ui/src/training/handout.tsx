/** An exercise on paper: everything needed without a screen, with lines for notes. */
import { useShared } from "../shared/context";
import { Numbers } from "../shared/numbers";
import { NOTES, type Exercise, type Step } from "./exercise";
import { figuresOf } from "./figures";
import { fillingOf } from "./fill";
import { FlowTable } from "./table";
import { Paragraphs, useTongue } from "./texts";

/** @param notes whether it is the facilitator's copy, with hints, answers and notes */
export function Handout({ exercise, notes }: { exercise: Exercise; notes: boolean }) {
  const { say } = useShared();
  const words = useTongue();
  return (
    <article class="handout">
      <h1>{words(exercise.title)}</h1>
      <p>{words(exercise.audience)}. {say("training.minutes", { minutes: exercise.minutes })}.</p>
      <Paragraphs text={exercise.handout} />
      <h2>{say("training.aims")}</h2>
      <ul>{exercise.aims.map((aim) => <li key={aim.en}>{words(aim)}</li>)}</ul>
      <h2>{say("training.storyline")}</h2>
      <Paragraphs text={exercise.storyline} />
      {exercise.steps.map((step, at) => <PaperStep key={at} exercise={exercise} step={step} number={at + 1} notes={notes} />)}
      <p class="note">{say("training.figure.note")} {say("training.table.note")}</p>
      {notes && <Notes exercise={exercise} />}
    </article>
  );
}

function PaperStep({ exercise, step, number, notes }: { exercise: Exercise; step: Step; number: number; notes: boolean }) {
  const { world, place, say } = useShared();
  const words = useTongue();
  const filling = fillingOf(step, (lever, flow) => figuresOf(world, exercise, step, lever, flow), new Numbers(place.language), say);
  return (
    <section>
      <h2>{number}. {words(step.title)} <small>{say("training.minutes", { minutes: step.minutes })}</small></h2>
      <Paragraphs text={step.text} filling={filling} />
      {step.flows.map((flow) => (
        <div key={flow.name} class="sheet">
          <h3>{words(flow.title)}</h3>
          <FlowTable exercise={exercise} step={step} flow={flow} levers={step.levers} filling={filling} />
        </div>
      ))}
      <h3>{say("training.question")}</h3>
      <Paragraphs text={step.question} filling={filling} />
      {notes && <><h3>{say("training.hint")}</h3><Paragraphs text={step.hint} filling={filling} /><h3>{say("training.answer")}</h3><Paragraphs text={step.answer} filling={filling} /></>}
      <Lines />
      <h3>{say("training.discussion")}</h3>
      <Paragraphs text={step.discussion} filling={filling} />
      <Lines />
    </section>
  );
}

function Lines() {
  const { say } = useShared();
  return <div class="lines"><span>{say("training.lines")}</span><i /><i /><i /></div>;
}

/** Notes of the facilitator. */
export function Notes({ exercise }: { exercise: Exercise }) {
  const { say } = useShared();
  return (
    <section class="notes" aria-label={say("training.notes")}>
      <h2>{say("training.notes")}</h2>
      {NOTES.map((name) => <div key={name}><h3>{say(`training.notes.${name}`)}</h3><Paragraphs text={exercise.notes[name]} /></div>)}
    </section>
  );
}

/** An exercise: its introduction, its steps, the clock, the notes of the facilitator and the handout. */
import { useShared } from "../shared/context";
import { Clock } from "./clock";
import { stepOf, type Exercise } from "./exercise";
import { Handout, Notes } from "./handout";
import { StepView } from "./step";
import { Paragraphs, useTongue } from "./texts";
import { forget } from "./timer";

const NOTHING_OPEN = { lever: "", hint: "", answer: "", handout: "" };

export function Run({ exercise }: { exercise: Exercise }) {
  const { place } = useShared();
  const words = useTongue();
  const step = stepOf(exercise, place.more.step);
  const notes = place.more.notes === "1";
  const paper = place.more.handout === "1";
  return (
    <div class={paper ? "paper" : "screen"}>
      <Tools exercise={exercise} step={step} />
      {!paper && (
        <div class="run">
          <h1>{words(exercise.title)}</h1>
          <StepNav exercise={exercise} step={step} />
          {step < 0 ? <Introduction exercise={exercise} /> : <StepView key={step} exercise={exercise} number={step} />}
          <Ways exercise={exercise} step={step} />
          {notes && <Notes exercise={exercise} />}
        </div>
      )}
      <Handout exercise={exercise} notes={notes} />
    </div>
  );
}

function Tools({ exercise, step }: { exercise: Exercise; step: number }) {
  const { place, go, say, tell } = useShared();
  const paper = place.more.handout === "1";
  const toggle = (name: string) => go({ more: { [name]: place.more[name] === "1" ? "" : "1" } });
  const reset = () => {
    forget(exercise.key);
    go({ more: { ...NOTHING_OPEN, step: "", notes: "" } });
    tell(say("training.wasreset"));
  };
  return (
    <div class="tools">
      <button type="button" onClick={() => go({ more: { ...NOTHING_OPEN, exercise: "", step: "", notes: "" } })}>{say("training.list")}</button>
      <button type="button" aria-pressed={place.more.notes === "1"} onClick={() => toggle("notes")}>{say("training.notes")}</button>
      <button type="button" onClick={() => toggle("handout")}>{say(paper ? "training.toexercise" : "training.handout")}</button>
      {paper && <button type="button" onClick={() => print()}>{say("training.print")}</button>}
      <button type="button" onClick={reset}>{say("training.reset")}</button>
      <Clock exercise={exercise} step={step} />
    </div>
  );
}

function StepNav({ exercise, step }: { exercise: Exercise; step: number }) {
  const { go, say } = useShared();
  const words = useTongue();
  const titles = [say("training.introduction"), ...exercise.steps.map(({ title }, at) => `${at + 1}. ${words(title)}`)];
  return (
    <nav class="steps" aria-label={say("training.stepnav")}>
      <ol>
        {titles.map((title, at) => (
          <li key={title}>
            <button type="button" aria-current={at === step + 1 ? "step" : undefined} onClick={() => go({ more: { ...NOTHING_OPEN, step: at ? String(at) : "" } })}>{title}</button>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function Introduction({ exercise }: { exercise: Exercise }) {
  const { say } = useShared();
  const words = useTongue();
  return (
    <section class="reading">
      <p><strong>{say("training.for")}:</strong> {words(exercise.audience)}. {say("training.minutes", { minutes: exercise.minutes })}.</p>
      <h2>{say("training.aims")}</h2>
      <ul>{exercise.aims.map((aim) => <li key={aim.en}>{words(aim)}</li>)}</ul>
      <h2>{say("training.storyline")}</h2>
      <Paragraphs text={exercise.storyline} />
    </section>
  );
}

/** To the step before and to the next. */
function Ways({ exercise, step }: { exercise: Exercise; step: number }) {
  const { go, say } = useShared();
  const to = (number: number) => {
    go({ more: { ...NOTHING_OPEN, step: number < 0 ? "" : String(number + 1) } });
    scrollTo(0, 0);
  };
  const last = step === exercise.steps.length - 1;
  return (
    <div class="ways">
      {step >= 0 && <button type="button" class="large" onClick={() => to(step - 1)}>← {say("training.previous")}</button>}
      {!last && <button type="button" class="large" onClick={() => to(step + 1)}>{say(step < 0 ? "training.start" : "training.next")} →</button>}
      {last && <button type="button" class="large" onClick={() => go({ more: { ...NOTHING_OPEN, exercise: "", step: "", notes: "" } })}>{say("training.tolist")}</button>}
    </div>
  );
}

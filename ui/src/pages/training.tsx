/** The training room: a list of exercises, or the exercise that the address names. */
import { useShared } from "../shared/context";
import { exercisesOf, type Exercise } from "../training/exercise";
import { Run } from "../training/run";
import { useTongue } from "../training/texts";
import "../training/training.css";

export function TrainingPage() {
  const { world, place } = useShared();
  const exercises = exercisesOf(world.header);
  const exercise = exercises.find(({ key }) => key === place.more.exercise);
  return <div class="training">{exercise ? <Run exercise={exercise} /> : <List exercises={exercises} />}</div>;
}

function List({ exercises }: { exercises: Exercise[] }) {
  const { place, say } = useShared();
  return (
    <>
      <h1>{say("page.training")}</h1>
      <p class="reading">{say(exercises.length ? "training.intro" : "training.none")}</p>
      {exercises.length > 0 && place.more.exercise && <p role="alert">{say("training.unknown")}</p>}
      <ul class="exercises">{exercises.map((exercise) => <li key={exercise.key}><Card exercise={exercise} /></li>)}</ul>
    </>
  );
}

function Card({ exercise }: { exercise: Exercise }) {
  const { go, say } = useShared();
  const words = useTongue();
  return (
    <article>
      <h2>{words(exercise.title)}</h2>
      <p class="quiet">{say("training.minutes", { minutes: exercise.minutes })} · {say("training.steps", { count: exercise.steps.length })}</p>
      <p>{words(exercise.audience)}</p>
      <ul>{exercise.aims.map((aim) => <li key={aim.en}>{words(aim)}</li>)}</ul>
      <button type="button" class="large" aria-label={`${say("training.open")}: ${words(exercise.title)}`} onClick={() => go({ more: { exercise: exercise.key, step: "" } })}>{say("training.open")}</button>
    </article>
  );
}

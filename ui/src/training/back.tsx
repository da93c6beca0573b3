/** The bar that leads from any page back to the exercise that sent the reader there. */
import { useShared } from "../shared/context";
import { exercisesOf, stepOf } from "./exercise";
import { useTongue } from "./texts";

export function BackToExercise() {
  const { world, place, go, say } = useShared();
  const words = useTongue();
  const exercise = exercisesOf(world.header).find(({ key }) => key === place.more.exercise);
  if (!exercise || place.page === "training") return null;
  const step = stepOf(exercise, place.more.step);
  const about = { title: words(exercise.title), step: step + 1, steps: exercise.steps.length };
  return (
    <aside class="back-bar" aria-label={say("training.bar")}>
      <button type="button" class="large" onClick={() => go({ page: "training" })}>
        {say(step < 0 ? "training.back.start" : "training.back", about)}
      </button>
      <button type="button" onClick={() => go({ more: { exercise: "", step: "", lever: "", hint: "", answer: "", notes: "", handout: "" } })}>{say("training.leave")}</button>
    </aside>
  );
}

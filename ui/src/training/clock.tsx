/** The clock of an exercise: start, pause, reset, and when the step should end. */
import { useEffect } from "preact/hooks";
import { useShared } from "../shared/context";
import { dueAfter, type Exercise } from "./exercise";
import { clock, paused, started, STOPPED, useWatch } from "./timer";

const MINUTE = 60_000;

export function Clock({ exercise, step }: { exercise: Exercise; step: number }) {
  const { say, tell } = useShared();
  const [watch, time, change] = useWatch(exercise.key);
  const due = dueAfter(exercise, step);
  const over = step >= 0 && time > due * MINUTE;
  const running = watch.since !== undefined;
  useEffect(() => {
    if (over) tell(say("training.timer.over"));
  }, [over]);
  return (
    <div class="clock">
      <span role="timer" aria-label={say("training.timer")}>{say("training.timer.of", { elapsed: clock(time), minutes: exercise.minutes })}</span>
      <button type="button" aria-pressed={running} onClick={() => change(running ? paused : started)}>{say(running ? "training.timer.pause" : "training.timer.start")}</button>
      <button type="button" onClick={() => change(() => STOPPED)}>{say("training.timer.reset")}</button>
      {step >= 0 && <span class="due">{say(over ? "training.timer.over" : "training.timer.due", { due })}</span>}
    </div>
  );
}

/** What stands on the screen while the program computes the contents. */
import type { Say } from "../words";

export function Waiting({ done, of, say }: { done: number; of: number; say: Say }) {
  if (!of) return <p class="loading" role="status">{say("shell.loading")}</p>;
  return (
    <div class="loading">
      <p role="status">{say("room.computing")}</p>
      <progress max={of} value={done} aria-label={say("room.runs-done", { done, of })} />
      <p>{say("room.runs-done", { done, of })}</p>
    </div>
  );
}

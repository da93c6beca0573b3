/** The preview of a draft: asked for a moment after the last change; only the answer to the newest question counts. */
import { useEffect, useState } from "preact/hooks";
import type { World } from "../contents/world";
import { Refused, type Doubt, type Problem, type Server } from "../shared/server";

const PAUSE = 250;

export interface Preview {
  state: "working" | "ready" | "failed";
  /** The contents with the draft as their last scenario; undefined until the first preview is there. */
  world: World | undefined;
  /** Position of the draft among the scenarios of `world`. */
  scenario: number;
  problems: Problem[];
  doubts: Doubt[];
  digest: string;
  fault: string;
  /** Whether the window lacks the token that the printed address holds. */
  stranger: boolean;
}

const NOTHING: Preview = { state: "working", world: undefined, scenario: 0, problems: [], doubts: [], digest: "", fault: "", stranger: false };

export function usePreview(server: Server, world: World, toml: string): Preview {
  const [preview, setPreview] = useState(NOTHING);
  useEffect(() => {
    const stop = new AbortController();
    const more = (change: Partial<Preview>) => {
      if (!stop.signal.aborted) setPreview((before) => ({ ...before, ...change }));
    };
    const timer = setTimeout(async () => {
      more({ state: "working" });
      try {
        const { digest, warnings } = await server.check(toml, stop.signal);
        more({ problems: [], doubts: warnings, digest });
        const whole = world.with(await server.preview(toml, stop.signal));
        more({ state: "ready", world: whole, scenario: whole.header.scenarios.length - 1, fault: "" });
      } catch (error) {
        const wrong = error instanceof Refused && error.kind === "input" ? error.problems : [];
        more({ state: "failed", problems: wrong, doubts: [], fault: wrong.length ? "" : (error as Error).message, stranger: error instanceof Refused && error.kind === "token" });
      }
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [toml]);
  return preview;
}

/** The draft in hand, which the address holds as well. */
import { useEffect, useRef, useState } from "preact/hooks";
import { useShared } from "../shared/context";
import type { Shipped } from "../shared/server";
import { packDraft, unpackDraft, type Draft } from "./draft";

const PAUSE = 250;

export interface DraftInHand {
  draft: Draft;
  /** Name of the shipped scenario that it began from. */
  base: string;
  change: (draft: Draft) => void;
  begin: (base: string) => void;
}

/** The draft of the address, or the shipped scenario that it names; changes go into the address after a moment. */
export function useDraft(shipped: Shipped[]): DraftInHand {
  const { world, place, go } = useShared();
  const named = place.more.base || place.scenario || world.header.start;
  const base = shipped.some(({ name }) => name === named) ? named : "baseline";
  const begun = (name: string): Draft => shipped.find((one) => one.name === name)?.fields ?? { title: "" };
  const said = place.more.draft ?? "";
  const [draft, setDraft] = useState<Draft>(() => unpackDraft(said) ?? begun(base));
  const written = useRef(`${base} ${said}`);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    if (written.current === `${base} ${said}`) return;
    written.current = `${base} ${said}`; // the reader went to another address
    setDraft(unpackDraft(said) ?? begun(base));
  }, [base, said]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const write = (name: string, next: Draft, replace: boolean) => {
    const letters = JSON.stringify(next) === JSON.stringify(begun(name)) ? "" : packDraft(next);
    written.current = `${name} ${letters}`;
    go({ more: { base: name, draft: letters } }, { replace });
  };
  return {
    draft,
    base,
    change: (next) => {
      setDraft(next);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => write(base, next, true), PAUSE);
    },
    begin: (name) => {
      clearTimeout(timer.current);
      setDraft(begun(name));
      write(name, begun(name), false);
    },
  };
}

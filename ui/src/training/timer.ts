/** A stop watch that runs on while the reader looks at other pages. */
import { useEffect, useState } from "preact/hooks";

export interface Watch {
  /** Milliseconds of all runs before the last start. */
  before: number;
  /** When it was started last; undefined while it stands. */
  since: number | undefined;
}

export const STOPPED: Watch = { before: 0, since: undefined };

export function elapsed(watch: Watch, now: number): number {
  return watch.before + (watch.since === undefined ? 0 : now - watch.since);
}

export function started(watch: Watch, now: number): Watch {
  return watch.since === undefined ? { ...watch, since: now } : watch;
}

export function paused(watch: Watch, now: number): Watch {
  return { before: elapsed(watch, now), since: undefined };
}

/** "07:05" of milliseconds. */
export function clock(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  return [Math.floor(seconds / 60), seconds % 60].map((part) => String(part).padStart(2, "0")).join(":");
}

const watches = new Map<string, Watch>();

/** The watch of an exercise, and the way to change it. */
export function useWatch(key: string): [Watch, number, (change: (watch: Watch, now: number) => Watch) => void] {
  const [, draw] = useState(0);
  const watch = watches.get(key) ?? STOPPED;
  useEffect(() => {
    if (watch.since === undefined) return undefined;
    const ticking = setInterval(() => draw((count) => count + 1), 500);
    return () => clearInterval(ticking);
  }, [watch.since]);
  const now = Date.now();
  const change = (next: (watch: Watch, now: number) => Watch) => {
    watches.set(key, next(watch, Date.now()));
    draw((count) => count + 1);
  };
  return [watch, elapsed(watch, now), change];
}

export function forget(key: string): void {
  watches.delete(key);
}

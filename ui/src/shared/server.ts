/** The program behind the pages (`corridor serve`). */
import { unpack, type Contents } from "../contents/container";

/** What is wrong, where, and what to do about it. */
export interface Problem {
  fault: string;
  remedy: string;
  column: string | null;
  row: number | null;
  value: unknown;
}

/** The program does not do what was asked. */
export class Refused extends Error {
  constructor(readonly kind: string, readonly problems: Problem[]) {
    super(problems.map(({ fault, remedy }) => `${fault[0].toUpperCase()}${fault.slice(1)}. ${remedy}`).join(" "));
  }
}

/** What is allowed and yet hardly plausible; further fields are the values of its sentence. */
export interface Doubt {
  column: string;
  kind: string;
  lever: string;
  [value: string]: string | number;
}

export type Table = Record<string, unknown>;
export interface Shipped {
  name: string;
  title: string;
  description: string;
  toml: string;
  /** What the file says. */
  fields: Table;
}

/** A part of the JSON Schema of scenario files. */
export interface Schema {
  type?: string;
  enum?: string[];
  items?: Schema;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  pattern?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  $ref?: string;
  $defs?: Record<string, Schema>;
  examples?: unknown[];
}

export interface StoredRun {
  name: string;
  title: string;
  state: string;
  draws?: number;
  years?: [number, number];
}

export interface Job {
  id: string;
  name: string;
  title: string;
  draws: number;
  drawn: number;
  last: number;
  state: "waiting" | "running" | "done" | "failed" | "cancelled";
  said: string;
}

/** Moves of a corridor in a stored run; bounds only where it has draws. */
export interface FlowRow {
  year: number;
  central: number;
  lower_80?: number;
  upper_80?: number;
}

export interface Server {
  /** Contents of the stored run that the address names, or of the first; `tell` hears how far they have come. */
  contents(tell: (done: number, of: number) => void): Promise<Uint8Array>;
  shipped(): Promise<Shipped[]>;
  schema(): Promise<Schema>;
  /** Digest and doubts of a scenario; rejects with `Refused` where something is wrong. */
  check(toml: string, signal?: AbortSignal): Promise<{ digest: string; warnings: Doubt[] }>;
  /** A scenario at the medians, as differences from the baseline. */
  preview(toml: string, signal?: AbortSignal): Promise<Contents>;
  runs(): Promise<StoredRun[]>;
  flows(run: string, orig: string, dest: string): Promise<FlowRow[]>;
  jobs(): Promise<Job[]>;
  start(job: { toml: string; name: string; draws: number; to: number }): Promise<Job>;
  cancel(id: string): Promise<Job>;
}

const TOKEN = "corridor-token";
const PAUSE = 700;

/** Keep the token of the address for this window, and take it out of the address. */
function takeToken(): string {
  const said = new URLSearchParams(location.search);
  const token = said.get("token");
  if (token) {
    sessionStorage.setItem(TOKEN, token);
    said.delete("token");
    const search = said.toString();
    history.replaceState(null, "", `${location.pathname}${search && `?${search}`}${location.hash}`);
  }
  return sessionStorage.getItem(TOKEN) ?? "";
}

async function ask(path: string, options: RequestInit = {}): Promise<Response> {
  const answer = await fetch(`/api/${path}`, options);
  if (answer.ok) return answer;
  const said = (await answer.json().catch(() => undefined)) as { error: { kind: string; problems: Problem[] } } | undefined;
  throw new Refused(said?.error.kind ?? "fault", said?.error.problems ?? []);
}

async function json<Answer>(path: string, options?: RequestInit): Promise<Answer> {
  return (await (await ask(path, options)).json()) as Answer;
}

/** The program that served this page. */
export function connect(): Server {
  const token = takeToken();
  const run = new URLSearchParams(location.search).get("run") ?? undefined;
  const sent = (method: string, body?: object, signal?: AbortSignal): RequestInit => ({
    method,
    signal,
    headers: { "X-Corridor-Token": token, ...(body && { "Content-Type": "application/json" }) },
    body: body && JSON.stringify(body),
  });
  return {
    contents: async (tell) => {
      for (;;) {
        const answer = await ask(run ? `contents?run=${encodeURIComponent(run)}` : "contents");
        if (answer.status === 200) return new Uint8Array(await answer.arrayBuffer());
        const { done, of } = (await answer.json()) as { done: number; of: number };
        tell(done, of);
        await new Promise((later) => setTimeout(later, PAUSE));
      }
    },
    shipped: async () => (await json<{ scenarios: Shipped[] }>("scenarios")).scenarios,
    schema: () => json<Schema>("schema"),
    check: (toml, signal) => json("check", sent("POST", { toml, run }, signal)),
    preview: async (toml, signal) => unpack(new Uint8Array(await (await ask("preview", sent("POST", { toml, run }, signal))).arrayBuffer())),
    runs: async () => (await json<{ runs: StoredRun[] }>("runs")).runs,
    flows: async (name, orig, dest) =>
      (await json<{ rows: FlowRow[] }>(`runs/${encodeURIComponent(name)}/corridors?orig=${orig}&dest=${dest}`)).rows,
    jobs: async () => (await json<{ jobs: Job[] }>("jobs")).jobs,
    start: (job) => json("jobs", sent("POST", job)),
    cancel: (id) => json(`jobs/${id}`, sent("DELETE")),
  };
}

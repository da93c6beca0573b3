/** What the colours and patterns of a drawing mean. */
export function Legend({ entries, screen = false }: {
  entries: { kind: string; words: string }[];
  /** Whether it explains only what a pointer does, so that pictures do without it. */
  screen?: boolean;
}) {
  if (!entries.length) return null;
  return (
    <ul class={screen ? "legend screen" : "legend"}>
      {entries.map(({ kind, words }) => <li key={kind}><span class={`swatch ${kind}`} aria-hidden="true" />{words}</li>)}
    </ul>
  );
}

/** What the colours and patterns of a drawing mean. */
export function Legend({ entries }: { entries: { kind: string; words: string }[] }) {
  if (!entries.length) return null;
  return (
    <ul class="legend">
      {entries.map(({ kind, words }) => <li key={kind}><span class={`swatch ${kind}`} aria-hidden="true" />{words}</li>)}
    </ul>
  );
}

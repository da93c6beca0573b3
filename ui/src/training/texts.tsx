/** Texts of exercises as paragraphs. */
import { useShared } from "../shared/context";
import { tongue, type Bilingual } from "./exercise";
import type { Filling } from "./fill";

export function Paragraphs({ text, filling }: { text: Bilingual; filling?: Filling }) {
  const { place } = useShared();
  const whole = text[tongue(place.language)].trim();
  return <>{(filling ? filling.fill(whole) : whole).split(/\n\s*\n/).map((paragraph, i) => <p key={i}>{paragraph}</p>)}</>;
}

/** A text in the reader's language, on one line. */
export function useTongue(): (text: Bilingual) => string {
  const { place } = useShared();
  return (text) => text[tongue(place.language)];
}

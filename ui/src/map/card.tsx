/** The card at what is pointed at. */
import type { Fact } from "./facts";
import type { Size } from "./view";

export interface CardProps {
  title: string;
  facts: Fact[];
  note: string;
  /** Where it points to, in the frame. */
  x: number;
  y: number;
  size: Size;
}

const WIDE = 250;

export function Card({ title, facts, note, x, y, size }: CardProps) {
  const left = Math.max(6, x + 16 + WIDE > size.width ? x - 16 - WIDE : x + 16);
  const below = y < size.height / 2;
  const place = { left: `${left}px`, [below ? "top" : "bottom"]: `${below ? y + 10 : size.height - y + 10}px`, maxWidth: `${WIDE}px` };
  return (
    <div class="map-card" style={place}>
      <strong>{title}</strong>
      <Facts facts={facts} />
      {note && <small>{note}</small>}
    </div>
  );
}

export function Facts({ facts }: { facts: Fact[] }) {
  return <dl>{facts.map(([name, value, detail]) => <div key={name}><dt>{name}</dt><dd>{value}{detail && <small>{detail}</small>}</dd></div>)}</dl>;
}

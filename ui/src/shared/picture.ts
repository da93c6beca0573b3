/** A drawing on the screen as a picture of its own: an SVG with its styles inside, and a PNG of it. */
import type { Facts } from "./download";

const SVG = "http://www.w3.org/2000/svg";
const KEPT = [
  "fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity",
  "font-family", "font-size", "font-weight", "font-style", "text-anchor", "dominant-baseline", "paint-order", "display", "visibility",
  "mix-blend-mode",
] as const;
const EDGE = 16;

interface Picture {
  text: string;
  width: number;
  height: number;
}

/** The drawing under its title and over a line that says where it is from; all facts are in its metadata. */
export function picture(drawing: SVGSVGElement, title: string, source: string, facts: Facts): Picture {
  const size = drawing.getBoundingClientRect();
  const [width, inner] = [Math.ceil(size.width) + 2 * EDGE, Math.ceil(size.height)];
  const head = lines(title, (width - 2 * EDGE) / 9);
  const keys = legend(drawing, width);
  const foot = lines(source, (width - 2 * EDGE) / 5.6);
  const under = EDGE + 22 * head.length + 8;
  const top = under + keys.height;
  const height = top + inner + 14 + 14 * foot.length + EDGE / 2;
  const colours = getComputedStyle(document.documentElement);
  const colour = (name: string) => colours.getPropertyValue(name).trim();
  const whole = element("svg", { xmlns: SVG, width, height, viewBox: `0 0 ${width} ${height}` });
  whole.append(
    element("title", {}, title),
    element("metadata", {}, facts.map(([name, value]) => `${name}: ${value}`).join("\n")),
    element("rect", { width, height, fill: colour("--paper") }),
    ...written(head, EDGE + 16, 22, { fill: colour("--ink"), "font-family": "Georgia, serif", "font-size": 17, "font-weight": 600 }),
    ...keys.parts.map((part) => (part.setAttribute("transform", `translate(0 ${under})`), part)),
    inlined(drawing, { x: EDGE, y: top, width: size.width, height: inner }),
    ...written(foot, top + inner + 20, 14, { fill: colour("--muted"), "font-family": "Arial, sans-serif", "font-size": 11 }),
  );
  return { text: new XMLSerializer().serializeToString(whole), width, height };
}

function element(name: string, attributes: Record<string, string | number>, text = ""): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.textContent = text;
  return made;
}

function written(texts: string[], first: number, step: number, style: Record<string, string | number>): SVGElement[] {
  return texts.map((text, i) => element("text", { x: EDGE, y: first + i * step, ...style }, text));
}

/** The legends of the figure, as the page draws them. */
function legend(drawing: SVGSVGElement, width: number): { parts: SVGElement[]; height: number } {
  const entries = [...(drawing.closest("figure")?.querySelectorAll<HTMLElement>(".legend:not(.screen) li") ?? [])];
  let [x, y] = [EDGE, 8];
  const parts = entries.flatMap((entry) => {
    const words = entry.textContent ?? "";
    const room = 38 + words.length * 7;
    if (x > EDGE && x + room > width) [x, y] = [EDGE, y + 20];
    const at = x;
    x += room;
    const ink = getComputedStyle(entry);
    return [swatch(entry, at, y), element("text", { x: at + 30, y: y + 4, fill: ink.color, "font-family": "Arial, sans-serif", "font-size": 13 }, words)];
  });
  return { parts, height: entries.length ? y + 20 : 0 };
}

function swatch(entry: HTMLElement, x: number, y: number): SVGElement {
  const style = getComputedStyle(entry.querySelector(".swatch") ?? entry);
  const dashes = { dotted: "2 3", dashed: "4 2" }[style.borderTopStyle] ?? "none";
  const line = { stroke: style.borderTopColor, "stroke-width": style.borderTopWidth, "stroke-dasharray": dashes };
  if (parseFloat(style.height) <= parseFloat(style.borderTopWidth)) return element("line", { x1: x, x2: x + 24, y1: y, y2: y, ...line });
  return element("rect", { x, y: y - 6, width: 24, height: 12, fill: style.backgroundColor, ...line });
}

function lines(text: string, most: number): string[] {
  return text.split(" ").reduce<string[]>((all, word) => {
    const last = all[all.length - 1];
    return last !== undefined && last.length + word.length < most ? [...all.slice(0, -1), `${last} ${word}`] : [...all, word];
  }, []);
}

/** A copy of a drawing that carries what the page's style sheets say of it. */
function inlined(drawing: SVGSVGElement, place: Record<string, number>): SVGSVGElement {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const copies = [copy, ...copy.querySelectorAll<SVGElement>("*")];
  [drawing, ...drawing.querySelectorAll<SVGElement>("*")].forEach((from, i) => {
    const style = getComputedStyle(from);
    copies[i].setAttribute("style", KEPT.map((name) => `${name}:${style.getPropertyValue(name)}`).join(";"));
    copies[i].removeAttribute("tabindex");
  });
  for (const [key, value] of Object.entries(place)) copy.setAttribute(key, String(value));
  return copy;
}

/** The same at twice the size in dots; its facts are in a text chunk. */
export async function png({ text, width, height }: Picture, facts: Facts): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: 2 * width, height: 2 * height });
    canvas.getContext("2d")?.drawImage(image, 0, 0, 2 * width, 2 * height);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
    if (!blob) throw new Error("the browser could not draw the picture");
    return new Blob([described(new Uint8Array(await blob.arrayBuffer()), facts) as BlobPart], { type: "image/png" });
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** A PNG with the facts in an iTXt chunk after its header. */
export function described(image: Uint8Array, facts: Facts): Uint8Array {
  const text = new TextEncoder().encode(`iTXtDescription\0\0\0\0\0${facts.map(([name, value]) => `${name}: ${value}`).join("\n")}`);
  const chunk = new Uint8Array(text.length + 8);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, text.length - 4);
  chunk.set(text, 4);
  view.setUint32(text.length + 4, crc(text));
  const head = 33;
  const whole = new Uint8Array(image.length + chunk.length);
  whole.set(image.subarray(0, head));
  whole.set(chunk, head);
  whole.set(image.subarray(head), head + chunk.length);
  return whole;
}

/** The checksum of PNG's chunks. */
export function crc(bytes: Uint8Array): number {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}

/**
 * The container that holds an explorer's contents: gzip of
 *
 *     8 bytes "CORRIDOR", 4 bytes length of the header (little endian), the header in JSON, then all arrays one after
 *     the other in the order of the header. Numbers of more than one byte are stored byte by byte: first the lowest
 *     byte of every number, then the next. That compresses better.
 */
import type { Header } from "./header";

export type Values = Float32Array | Uint16Array | Uint8Array;
/** Arrays by name, such as a `Map` of them. */
export interface Arrays {
  has(name: string): boolean;
  get(name: string): Values | undefined;
}
export interface Contents {
  header: Header;
  arrays: Arrays;
}

const MAGIC = "CORRIDOR";
const BYTES = { f32: 4, u16: 2, u8: 1 } as const;

export async function unpack(packed: Uint8Array): Promise<Contents> {
  const stream = new Blob([packed as BlobPart]).stream().pipeThrough(new DecompressionStream("gzip"));
  return decode(new Uint8Array(await new Response(stream).arrayBuffer()));
}

export function decode(bytes: Uint8Array): Contents {
  const text = new TextDecoder();
  if (text.decode(bytes.subarray(0, 8)) !== MAGIC) throw new Error("these are not the contents of an explorer");
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(8, true);
  const header = JSON.parse(text.decode(bytes.subarray(12, 12 + length))) as Header;
  const arrays = new Unread();
  let at = 12 + length;
  for (const [name, { kind, shape }] of Object.entries(header.arrays)) {
    const count = shape.reduce((product, side) => product * side, 1);
    const size = count * BYTES[kind];
    const planes = bytes.subarray(at, at + size);
    arrays.add(name, () => joined(planes, kind, count));
    at += size;
  }
  return { header, arrays };
}

/** Arrays that are put together when they are first asked for: most pages need few of them. */
class Unread implements Arrays {
  private readonly unread = new Map<string, () => Values>();
  private readonly read = new Map<string, Values>();

  add(name: string, read: () => Values): void {
    this.unread.set(name, read);
  }

  has(name: string): boolean {
    return this.unread.has(name);
  }

  get(name: string): Values | undefined {
    const known = this.read.get(name);
    const read = this.unread.get(name);
    if (known || !read) return known;
    const values = read();
    this.read.set(name, values);
    return values;
  }
}

function joined(planes: Uint8Array, kind: keyof typeof BYTES, count: number): Values {
  const width = BYTES[kind];
  if (width === 1) return planes.slice();
  const whole = new Uint8Array(count * width);
  for (let plane = 0; plane < width; plane++) {
    const from = plane * count;
    for (let i = 0, to = plane; i < count; i++, to += width) whole[to] = planes[from + i];
  }
  if (kind === "u16") return new Uint16Array(whole.buffer);
  const bits = new Uint32Array(whole.buffer);
  for (let i = 1; i < count; i++) bits[i] += bits[i - 1];
  return new Float32Array(whole.buffer);
}

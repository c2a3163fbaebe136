/** Packets between the kernel and the process that runs its cells: one JSON text a line, with buffers in base64. */
import type { Json } from "./message.ts";
import type { Frames } from "./zmtp.ts";

/** One packet. */
export interface Packet {
  readonly type: string;
  readonly content: Json;
  readonly metadata?: Json;
  readonly buffers?: Frames;
}

/** A packet as the line that is sent, and before it what ends another line. */
export function encodePacket({ buffers, ...packet }: Packet, before: "" | "\n" = ""): Uint8Array {
  const encoded = buffers?.length
    ? { ...packet, buffers: buffers.map((buffer) => (buffer as Base64).toBase64()) }
    : packet;
  return new TextEncoder().encode(`${before}${JSON.stringify(encoded)}\n`);
}

/** Turns the chunks of a stream into the packets that they complete. */
export class PacketReader {
  readonly #decoder = new TextDecoder();
  #parts: string[] = [];

  /** Takes the next chunk; a line that is no packet is passed over, as the rest of one whose begin was lost. */
  *push(chunk: Uint8Array): Generator<Packet> {
    const [first, ...others] = this.#decoder.decode(chunk, { stream: true }).split("\n");
    this.#parts.push(first!);
    for (const next of others) {
      const packet = decodePacket(this.#parts.join(""));
      if (packet) yield packet;
      this.#parts = [next];
    }
  }
}

/** What the language has but its type declarations do not yet tell. */
interface Base64 extends Uint8Array {
  toBase64(): string;
}

function decodePacket(line: string): Packet | null {
  try {
    const { buffers = [], ...packet } = JSON.parse(line);
    const { fromBase64 } = Uint8Array as unknown as { fromBase64(text: string): Uint8Array };
    return { ...packet, buffers: buffers.map((text: string) => fromBase64(text)) };
  } catch {
    return null;
  }
}

/** What a cell's end looks like in the streams past the packets. */
export function endMark(id: number): string {
  return `\u0002${id}\u0003`;
}

const endMarks = new RegExp("\u0002(\\d+)\u0003", "g");
const markBegin = new RegExp("\u0002\\d*$");

/** A stretch of a stream past the packets. */
export interface MarkedText {
  /** The text without marks. */
  readonly text: string;
  /** The cell that the last mark ends; null where there is none. */
  readonly ended: number | null;
  /** What may be the begin of a mark that is cut off here; it stands before the next stretch. */
  readonly begun: string;
}

/** Takes marks out of a stretch of a stream. */
export function readEndMarks(stretch: string): MarkedText {
  const [mark] = [...stretch.matchAll(endMarks)].slice(-1);
  const text = stretch.replaceAll(endMarks, "");
  const [begun = ""] = markBegin.exec(text) ?? [];
  return { text: text.slice(0, text.length - begun.length), ended: mark ? Number(mark[1]) : null, begun };
}

/**
 * ZMTP 3.0, the wire format of ZeroMQ, with the NULL mechanism: bytes in, messages out, and no socket in sight.
 * Source: https://rfc.zeromq.org/spec/23/
 */

/** A message is a list of frames. */
export type Frames = Uint8Array[];

/** What a {@link Decoder} finds in the bytes of a peer. */
export type ZmtpEvent =
  | { kind: "message"; frames: Frames }
  | { kind: "command"; name: string; body: Uint8Array };

const GREETING_BYTES = 64;
const MORE = 1, LONG = 2, COMMAND = 4;
/** Larger frames are taken for garbage. */
const MAX_FRAME_BYTES = 2 ** 31;

const text = new TextEncoder(), latin = new TextDecoder("latin1");

/** The first 64 bytes of every connection: signature, version 3.0, mechanism NULL. */
export function encodeGreeting(): Uint8Array {
  const bytes = new Uint8Array(GREETING_BYTES);
  bytes.set([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0]);
  bytes.set(text.encode("NULL"), 12);
  return bytes;
}

/** The READY command, which tells the peer our socket type and identity. */
export function encodeReady(socketType: string, identity: Uint8Array = new Uint8Array()): Uint8Array {
  const property = (name: string, value: Uint8Array) => {
    const bytes = new Uint8Array(1 + name.length + 4 + value.length);
    bytes[0] = name.length;
    bytes.set(text.encode(name), 1);
    new DataView(bytes.buffer).setUint32(1 + name.length, value.length);
    bytes.set(value, 5 + name.length);
    return bytes;
  };
  return concat([
    ...encodeFrame(
      concat([
        text.encode("\x05READY"),
        property("Socket-Type", text.encode(socketType)),
        property("Identity", identity),
      ]),
      COMMAND,
    ),
  ]);
}

/** Reads the properties of a READY command's body; property names are lower-cased. */
export function decodeReady(body: Uint8Array): Map<string, Uint8Array> {
  const properties = new Map<string, Uint8Array>();
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  for (let at = 0; at < body.length;) {
    const name = latin.decode(body.subarray(at + 1, at += 1 + body[at]));
    const length = view.getUint32(at);
    properties.set(name.toLowerCase(), body.slice(at + 4, at += 4 + length));
  }
  return properties;
}

/** One message as the bytes to send. */
export function encodeMessage(frames: Frames): Uint8Array {
  return concat(frames.flatMap((frame, i) => encodeFrame(frame, i < frames.length - 1 ? MORE : 0)));
}

function encodeFrame(body: Uint8Array, flags: number): [head: Uint8Array, body: Uint8Array] {
  if (body.length < 256) return [new Uint8Array([flags, body.length]), body];
  const head = new Uint8Array(9);
  head[0] = flags | LONG;
  new DataView(head.buffer).setBigUint64(1, BigInt(body.length));
  return [head, body];
}

/** Turns the chunks that a socket delivers into messages and commands, however they are cut. */
export class Decoder {
  #chunks: Uint8Array[] = [];
  #buffered = 0;
  #needed = GREETING_BYTES;
  #greeted = false;
  #frames: Frames = [];

  /** Takes the next chunk and gives what it completes. Throws on bytes that are not ZMTP 3. */
  *push(chunk: Uint8Array): Generator<ZmtpEvent> {
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    if (this.#buffered < this.#needed) return;
    let bytes = this.#chunks.length === 1 ? chunk : concat(this.#chunks);
    for (;;) {
      if (!this.#greeted) {
        if (bytes.length < GREETING_BYTES) break;
        checkGreeting(bytes);
        this.#greeted = true;
        bytes = bytes.subarray(GREETING_BYTES);
      }
      const frame = readFrame(bytes);
      if (typeof frame === "number") {
        this.#needed = frame;
        break;
      }
      bytes = bytes.subarray(frame.end);
      if (frame.flags & COMMAND) {
        const length = 1 + (frame.body[0] ?? 0);
        yield {
          kind: "command",
          name: latin.decode(frame.body.subarray(1, length)),
          body: frame.body.slice(length),
        };
        continue;
      }
      this.#frames.push(frame.body.slice());
      if (frame.flags & MORE) continue;
      const frames = this.#frames;
      this.#frames = [];
      yield { kind: "message", frames };
    }
    this.#chunks = bytes.length ? [bytes] : [];
    this.#buffered = bytes.length;
  }
}

function checkGreeting(bytes: Uint8Array): void {
  const mechanism = latin.decode(bytes.subarray(12, 32)).replace(/\0+$/, "");
  if (bytes[0] !== 0xff || bytes[9] !== 0x7f || bytes[10] < 3 || mechanism !== "NULL") {
    throw new Error(`not a ZMTP 3 peer with the NULL mechanism: ${bytes.subarray(0, 16).toString()}`);
  }
}

/** The first frame of `bytes`, or the number of bytes that must be there before it can be read. */
function readFrame(bytes: Uint8Array): { flags: number; body: Uint8Array; end: number } | number {
  if (bytes.length < 2) return 2;
  const flags = bytes[0];
  if (flags > (MORE | LONG | COMMAND)) throw new Error(`unknown ZMTP frame flags ${flags}`);
  const start = flags & LONG ? 9 : 2;
  if (bytes.length < start) return start;
  const size = flags & LONG ? Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(1)) : bytes[1];
  if (size > MAX_FRAME_BYTES) throw new Error(`a ZMTP frame of ${size} bytes is above ${MAX_FRAME_BYTES}`);
  const end = start + size;
  return bytes.length < end ? end : { flags, body: bytes.subarray(start, end), end };
}

function concat(parts: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

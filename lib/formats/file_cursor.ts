import { readSync } from "node:fs";

/** Bytes read at once; a header of a model with 50,000 tokens is about 2 MB. */
const WINDOW = 1 << 17;

/**
 * Reads little-endian values one after another from an open file, through a small window, so that a header is
 * read without its gigabytes of data. Each read is checked against the file's size before anything is allocated.
 */
export class FileCursor {
  readonly #fd: number;
  readonly #size: number;
  readonly #tooShort: (what: string) => Error;
  readonly #text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  #buffer = new Uint8Array(0);
  /** The window: the part of the buffer that was read last. */
  #bytes = this.#buffer;
  #view = new DataView(this.#bytes.buffer);
  /** Where the window begins in the file, and where the next value begins in the window. */
  #start = 0;
  #at = 0;

  /** `tooShort` makes the error for a value that would reach past the end of the file. */
  constructor(fd: number, size: number, tooShort: (what: string) => Error) {
    this.#fd = fd;
    this.#size = size;
    this.#tooShort = tooShort;
  }

  /** Offset of the next value in the file. */
  get position(): number {
    return this.#start + this.#at;
  }

  /** Bytes from the next value to the end of the file. */
  get remaining(): number {
    return this.#size - this.position;
  }

  u8(): number {
    const at = this.#take(1);
    return this.#view.getUint8(at);
  }

  i8(): number {
    const at = this.#take(1);
    return this.#view.getInt8(at);
  }

  u16(): number {
    const at = this.#take(2);
    return this.#view.getUint16(at, true);
  }

  i16(): number {
    const at = this.#take(2);
    return this.#view.getInt16(at, true);
  }

  u32(): number {
    const at = this.#take(4);
    return this.#view.getUint32(at, true);
  }

  i32(): number {
    const at = this.#take(4);
    return this.#view.getInt32(at, true);
  }

  u64(): bigint {
    const at = this.#take(8);
    return this.#view.getBigUint64(at, true);
  }

  i64(): bigint {
    const at = this.#take(8);
    return this.#view.getBigInt64(at, true);
  }

  f32(): number {
    const at = this.#take(4);
    return this.#view.getFloat32(at, true);
  }

  f64(): number {
    const at = this.#take(8);
    return this.#view.getFloat64(at, true);
  }

  /** The next `length` bytes as UTF-8 text; a TypeError if they are not. */
  text(length: number): string {
    const at = this.#take(length);
    return this.#text.decode(this.#bytes.subarray(at, at + length));
  }

  /** Index in the window of the next `length` bytes, which are stepped over. */
  #take(length: number): number {
    if (this.#at + length > this.#bytes.length) this.#fill(length);
    const at = this.#at;
    this.#at += length;
    return at;
  }

  #fill(length: number): void {
    if (length > this.remaining) {
      throw this.#tooShort(
        `${length} bytes are expected at byte ${this.position}, and the file has ${this.#size}`,
      );
    }
    const start = this.position;
    const size = Math.min(Math.max(length, WINDOW), this.remaining);
    if (size > this.#buffer.length) this.#buffer = new Uint8Array(size);
    const bytes = this.#buffer.subarray(0, size);
    for (let done = 0; done < bytes.length;) {
      const count = readSync(this.#fd, bytes, done, bytes.length - done, start + done);
      if (count === 0) throw this.#tooShort(`it ended at byte ${start + done} while it was read`);
      done += count;
    }
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, 0, size);
    this.#start = start;
    this.#at = 0;
  }
}

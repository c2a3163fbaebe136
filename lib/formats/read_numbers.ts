import type { FileHandle } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { fillBytes } from "./open_file.ts";

/** How numbers lie in a file, in blocks of one size, and how they become f32. */
export interface NumberBlocks {
  /** Numbers in one block. */
  readonly blockSize: number;
  /** Bytes of one block. */
  readonly typeSize: number;
  /** Whether the numbers lie in the file as they do in memory, so that they are read where they belong and not decoded. */
  readonly asInMemory?: boolean;
  /** Fills `out` with the numbers of as many blocks as it has room for. */
  decode(bytes: Uint8Array, out: Float32Array): void;
}

/** Where numbers lie in a file. */
export interface NumberPlace {
  readonly byteOffset: number;
  /** Numbers; whole blocks. */
  readonly count: number;
}

/** Most numbers of one piece, unless one unit has more, and most pieces of a larger array. */
const PIECE = 1 << 16;
const PIECES = 128;
/** Milliseconds that are read without a pause in which something else can happen: a progress bar, an interrupt. */
const WITHOUT_PAUSE = 50;

/**
 * Gives numbers of an open file as f32 in pieces of one buffer, so that what is made of them need not lie in memory twice.
 * The buffer is kept from one array to the next: a model that is read leaves nothing of its size to the garbage collector.
 */
export class NumberReader {
  #paused = 0;
  #spare: { readonly bytes: Uint8Array; readonly numbers: Float32Array<ArrayBuffer> } | null = null;

  constructor(readonly handle: FileHandle, readonly path: string) {}

  /**
   * The numbers in pieces of whole units; each piece is over when the next is taken.
   *
   * @param unit numbers, a multiple of the blocks' size that divides the count
   * @throws UsageError if the file ends before (it was cut while it was open)
   */
  async *pieces(
    { byteOffset, count }: NumberPlace,
    { blockSize, typeSize, asInMemory = false, decode }: NumberBlocks,
    unit: number,
  ): AsyncGenerator<Float32Array<ArrayBuffer>> {
    const most = Math.min(count, unit * Math.max(1, Math.floor(Math.max(PIECE, count / PIECES) / unit)));
    const { bytes, numbers } = this.#take(asInMemory ? 0 : most / blockSize * typeSize, most);
    try {
      for (let done = 0; done < count;) {
        const piece = numbers.subarray(0, Math.min(most, count - done));
        const from = asInMemory
          ? new Uint8Array(piece.buffer, 0, piece.byteLength)
          : bytes.subarray(0, piece.length / blockSize * typeSize);
        if (performance.now() - this.#paused > WITHOUT_PAUSE) await this.#pause();
        fillBytes(this.handle.fd, this.path, from, byteOffset + done / blockSize * typeSize);
        if (!asInMemory) decode(from, piece);
        yield piece;
        done += piece.length;
      }
    } finally {
      this.#spare = { bytes, numbers };
    }
  }

  /** All the numbers in an array of their own. */
  async whole(place: NumberPlace, blocks: NumberBlocks): Promise<Float32Array<ArrayBuffer>> {
    const numbers = new Float32Array(place.count);
    let done = 0;
    for await (const piece of this.pieces(place, blocks, blocks.blockSize)) {
      numbers.set(piece, done);
      done += piece.length;
    }
    return numbers;
  }

  async #pause(): Promise<void> {
    await setImmediate();
    this.#paused = performance.now();
  }

  /** Buffers that no other array is read through at the moment. */
  #take(byteLength: number, count: number) {
    const spare = this.#spare;
    this.#spare = null;
    if (spare && spare.bytes.length >= byteLength && spare.numbers.length >= count) return spare;
    return { bytes: new Uint8Array(byteLength), numbers: new Float32Array(count) };
  }
}

import { UsageError } from "../usage_error.ts";
import { GGML_TYPES, unsupportedTypeName } from "./dequantize.ts";
import { FileCursor } from "./file_cursor.ts";
import type { GgufMetadata } from "./gguf_metadata.ts";
import { type GgufValue, readCount, readString, readValue, type Refuse } from "./gguf_value.ts";
import { shownJson } from "./json.ts";
import { openFile } from "./open_file.ts";
import { type NumberBlocks, type NumberPlace, NumberReader } from "./read_numbers.ts";
import { absentTensor } from "./safetensors_file.ts";

/** Where one tensor lies in a GGUF file. */
export interface GgufTensor {
  readonly name: string;
  /** Row-major, as in numpy: a linear layer's weight is [out, in] (the reverse of the file's own order). */
  readonly shape: readonly number[];
  /** Number of its GGML type; see {@link GGML_TYPES}. */
  readonly type: number;
  /** From the start of the file. */
  readonly byteOffset: number;
  readonly byteLength: number;
}

/** An open GGUF file: its header is read, its tensors are read one by one when asked for. */
export interface Gguf extends AsyncDisposable {
  readonly path: string;
  readonly metadata: GgufMetadata;
  readonly tensors: ReadonlyMap<string, GgufTensor>;
  /** The tensor's elements in row-major order, dequantised to f32; a {@link UsageError} if it is not there. */
  read(name: string): Promise<Float32Array<ArrayBuffer>>;
  /** The same in pieces of whole units of `unit` elements, a multiple of rows; each is over when the next is taken. */
  pieces(name: string, unit: number): AsyncIterable<Float32Array<ArrayBuffer>>;
  /** Closes the file; what was read stays. */
  close(): Promise<void>;
}

/** "GGUF" as a little-endian number. */
const MAGIC = 0x46554747;
const MAX_DIMENSIONS = 4;

/**
 * Opens a GGUF file (version 2 or 3, little-endian) and reads its header, which is checked throughout against
 * the file's size. Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 *
 * @throws UsageError if the file is absent, not GGUF, cut, damaged, or has tensors of a type that is not read.
 *
 * @example
 * ```ts
 * import { openGguf, UsageError } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await assert.rejects(openGguf("no-such-file.gguf"), UsageError);
 * ```
 */
export async function openGguf(path: string): Promise<Gguf> {
  const { handle, size } = await openFile(path);
  const refuse: Refuse = (what) =>
    new UsageError(`${path} is not a whole GGUF file: ${what}; bring the file again`);
  try {
    const { metadata, tensors } = readHeader(new FileCursor(handle.fd, size, refuse), path, size, refuse);
    const reader = new NumberReader(handle, path);
    const place = (name: string): [NumberPlace, NumberBlocks] => {
      const tensor = tensors.get(name);
      if (!tensor) throw absentTensor(path, name);
      const blocks = GGML_TYPES.get(tensor.type)!;
      const { byteOffset, byteLength } = tensor;
      return [{ byteOffset, count: byteLength / blocks.typeSize * blocks.blockSize }, blocks];
    };
    return {
      path,
      metadata,
      tensors,
      read: async (name) => await reader.whole(...place(name)),
      pieces: (name, unit) => reader.pieces(...place(name), unit),
      close: () => handle.close(),
      [Symbol.asyncDispose]: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function readHeader(cursor: FileCursor, path: string, size: number, refuse: Refuse) {
  if (cursor.remaining < 8 || cursor.u32() !== MAGIC) {
    throw new UsageError(`${path} is not a GGUF file: it does not begin with "GGUF"; give a .gguf file`);
  }
  const version = cursor.u32();
  if (version !== 2 && version !== 3) {
    const what = (version & 0xffff) === 0 ? "is big-endian" : `has GGUF version ${version}`;
    throw new UsageError(`${path} ${what}; convert it to little-endian GGUF version 2 or 3`);
  }
  // The smallest tensor entry: a name's length, dimensions, type, offset. The smallest pair: a key's length, a type, a byte.
  const tensorCount = readCount(cursor, 24, "the number of tensors", refuse);
  const pairCount = readCount(cursor, 13, "the number of metadata pairs", refuse);

  const metadata = new Map<string, GgufValue>();
  for (let i = 0; i < pairCount; i++) {
    const key = readString(cursor, refuse);
    if (metadata.has(key)) throw refuse(`the metadata has ${shownJson(key)} twice`);
    metadata.set(key, readValue(cursor, refuse));
  }
  const alignment = metadata.get("general.alignment") ?? 32;
  if (typeof alignment !== "number" || !(alignment >= 8 && alignment % 8 === 0 && alignment <= 65536)) {
    throw refuse(`general.alignment is ${alignment}; a multiple of 8 is expected`);
  }

  const entries = Array.from({ length: tensorCount }, () => readTensorEntry(cursor, path, refuse));
  const dataStart = Math.ceil(cursor.position / alignment) * alignment;
  const tensors = new Map<string, GgufTensor>();
  for (const { name, shape, type, offset, byteLength } of entries) {
    if (tensors.has(name)) throw refuse(`the tensor ${name} is there twice`);
    if (offset % BigInt(alignment) !== 0n) {
      throw refuse(`the tensor ${name} is at offset ${offset}, which is no multiple of ${alignment}`);
    }
    if (BigInt(dataStart) + offset + BigInt(byteLength) > BigInt(size)) {
      const end = BigInt(dataStart) + offset + BigInt(byteLength);
      throw refuse(`the tensor ${name} ends at byte ${end}, and the file has ${size}`);
    }
    tensors.set(name, { name, shape, type, byteOffset: dataStart + Number(offset), byteLength });
  }
  refuseOverlaps([...tensors.values()], refuse);
  return { metadata: metadata as GgufMetadata, tensors: tensors as ReadonlyMap<string, GgufTensor> };
}

function readTensorEntry(cursor: FileCursor, path: string, refuse: Refuse) {
  const name = readString(cursor, refuse);
  const dimensions = cursor.u32();
  if (dimensions > MAX_DIMENSIONS) {
    throw refuse(`the tensor ${name} has ${dimensions} dimensions; at most ${MAX_DIMENSIONS} are expected`);
  }
  const shape = Array.from({ length: dimensions }, () => Number(cursor.u64())).reverse();
  const type = cursor.u32();
  const offset = cursor.u64();
  const layout = GGML_TYPES.get(type);
  if (!layout) {
    const known = unsupportedTypeName(type);
    if (!known) throw refuse(`the tensor ${name} has type ${type}, which does not exist`);
    const readable = [...GGML_TYPES.values()].map((t) => t.name).join(", ");
    throw new UsageError(
      `${path}: the tensor ${name} has type ${known}, which is not read; choose a file with ${readable} only`,
    );
  }
  const elements = shape.reduce((product, n) => product * n, 1);
  if (!Number.isSafeInteger(elements * layout.typeSize) || elements === 0) {
    throw refuse(`the tensor ${name} has the shape [${shape}]`);
  }
  if ((shape.at(-1) ?? 1) % layout.blockSize !== 0) {
    throw refuse(
      `the tensor ${name} has rows of ${
        shape.at(-1)
      }, no multiple of ${layout.name}'s block of ${layout.blockSize}`,
    );
  }
  return { name, shape, type, offset, byteLength: elements / layout.blockSize * layout.typeSize };
}

function refuseOverlaps(tensors: GgufTensor[], refuse: Refuse): void {
  tensors.sort((a, b) => a.byteOffset - b.byteOffset);
  for (let i = 1; i < tensors.length; i++) {
    const [before, after] = [tensors[i - 1], tensors[i]];
    if (before.byteOffset + before.byteLength > after.byteOffset) {
      throw refuse(`the tensors ${before.name} and ${after.name} overlap`);
    }
  }
}

import type { FileHandle } from "node:fs/promises";
import { UsageError } from "../usage_error.ts";
import { NUMBER_TYPES } from "./number_types.ts";
import { openFile, readBytes } from "./open_file.ts";
import { type NumberBlocks, type NumberPlace, NumberReader } from "./read_numbers.ts";
import { parseSafetensorsHeader, type SafetensorsEntry } from "./safetensors_header.ts";

/** Open safetensors: their headers are read, their tensors are read one by one when asked for. */
export interface Safetensors extends AsyncDisposable {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, SafetensorsEntry>;
  readonly metadata: Readonly<Record<string, string>>;
  /** The tensor's elements in row-major order, as f32; a {@link UsageError} if it is not there. */
  read(name: string): Promise<Float32Array<ArrayBuffer>>;
  /** The same in pieces of whole units of `unit` elements, each over when the next is taken. */
  pieces(name: string, unit: number): AsyncIterable<Float32Array<ArrayBuffer>>;
  /** Closes the files; what was read stays. */
  close(): Promise<void>;
}

/** The longest header that the format's own library accepts. */
const MAX_HEADER = 100_000_000;

/**
 * Opens one safetensors file, whose header is checked throughout against the file's size.
 * Format: https://github.com/huggingface/safetensors#format
 *
 * @throws UsageError if the file is absent, cut, damaged, or has tensors of a type that is not read.
 */
export async function openSafetensorsFile(path: string): Promise<Safetensors> {
  const { handle, size } = await openFile(path);
  try {
    const { header, dataStart } = readHeader(handle, path, size);
    const { entries, metadata } = parseSafetensorsHeader(header, size - dataStart, path);
    const tensors = new Map(entries.map((entry) => [entry.name, entry]));
    const reader = new NumberReader(handle, path);
    const place = (name: string): [NumberPlace, NumberBlocks] => {
      const entry = tensors.get(name);
      if (!entry) throw absentTensor(path, name);
      const blocks = NUMBER_TYPES.get(entry.type)!;
      const { begin, end } = entry;
      return [{ byteOffset: dataStart + begin, count: (end - begin) / blocks.typeSize }, blocks];
    };
    const close = () => handle.close();
    return {
      path,
      tensors,
      metadata,
      read: async (name) => await reader.whole(...place(name)),
      pieces: (name, unit) => reader.pieces(...place(name), unit),
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Whether a file begins as torch.save's do: a zip archive, or (before PyTorch 1.6) a pickle. */
function isTorch(start: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(start).startsWith("PK\x03\x04") ||
    start[0] === 0x80 && start[1] === 2;
}

/** The error for tensors that PyTorch's own format keeps. */
export function torchFile(path: string): UsageError {
  return new UsageError(
    `${path} is a file of PyTorch (torch.save), which is not read: it is a pickle, and opening one runs whatever code ` +
      "it holds; load it where you trust it, in Python, and save it again as safetensors (a model by transformers' " +
      "save_pretrained, an adapter by PEFT's, tensors by safetensors.torch.save_file)",
  );
}

/** The error for a tensor that is asked for and not there. */
export function absentTensor(path: string, name: string): UsageError {
  return new UsageError(`${path} has no tensor ${name}; choose a file of the expected architecture`);
}

function readHeader(handle: FileHandle, path: string, size: number) {
  const cut = (what: string) =>
    new UsageError(`${path} is not a whole safetensors file: ${what}; bring the file again`);
  if (size < 8) throw cut(`it has ${size} bytes`);
  const lengthBytes = readBytes(handle, path, 0, 8);
  if (isTorch(lengthBytes)) throw torchFile(path);
  const length = new DataView(lengthBytes.buffer).getBigUint64(0, true);
  if (length > BigInt(Math.min(size - 8, MAX_HEADER))) {
    throw cut(`its header would have ${length} bytes, and the file has ${size}`);
  }
  return { header: readBytes(handle, path, 8, Number(length)), dataStart: 8 + Number(length) };
}

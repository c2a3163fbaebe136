import type { FileHandle } from "node:fs/promises";
import { UsageError } from "../usage_error.ts";
import { decodeBF16, decodeF16, decodeF32 } from "./half.ts";
import { openFile, readBytes } from "./open_file.ts";
import { parseSafetensorsHeader } from "./safetensors_header.ts";
import { writeAside } from "./write_aside.ts";

/** A tensor on its own: elements in row-major order. */
export interface NamedArray {
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

/** The types that are read, all widened to f32. */
const DECODERS = { F32: decodeF32, F16: decodeF16, BF16: decodeBF16 };

/** The longest header that the format's own library accepts. */
const MAX_HEADER = 100_000_000;

/**
 * Reads a whole safetensors file: tensors of type F32, F16 or BF16 (as f32), and its metadata.
 * Format: https://github.com/huggingface/safetensors#format
 *
 * @throws UsageError if the file is absent, cut, damaged, or has tensors of another type.
 */
export async function readSafetensors(
  path: string,
): Promise<{ tensors: Map<string, NamedArray>; metadata: Record<string, string> }> {
  const { handle, size } = await openFile(path);
  try {
    const { header, dataStart } = await readHeader(handle, path, size);
    const { entries, metadata } = parseSafetensorsHeader(header, size - dataStart, path);
    const tensors = new Map<string, NamedArray>();
    for (const { name, type, shape, begin, end } of entries) {
      const bytes = await readBytes(handle, path, dataStart + begin, end - begin);
      const data = new Float32Array(shape.reduce((product, n) => product * n, 1));
      DECODERS[type](bytes, data);
      tensors.set(name, { shape, data });
    }
    return { tensors, metadata };
  } finally {
    await handle.close();
  }
}

async function readHeader(handle: FileHandle, path: string, size: number) {
  const cut = (what: string) =>
    new UsageError(`${path} is not a whole safetensors file: ${what}; bring the file again`);
  if (size < 8) throw cut(`it has ${size} bytes`);
  const lengthBytes = await readBytes(handle, path, 0, 8);
  const length = new DataView(lengthBytes.buffer).getBigUint64(0, true);
  if (length > BigInt(Math.min(size - 8, MAX_HEADER))) {
    throw cut(`its header would have ${length} bytes, and the file has ${size}`);
  }
  return { header: await readBytes(handle, path, 8, Number(length)), dataStart: 8 + Number(length) };
}

/**
 * Writes tensors as F32 into a safetensors file, in the map's order, whole or not at all (see `writeAside`).
 *
 * @throws UsageError if a tensor's data do not fill its shape, or the file cannot be written.
 *
 * @example
 * ```ts
 * import { readSafetensors, writeSafetensors } from "nlora";
 * import assert from "node:assert/strict";
 * import { mkdtemp, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 *
 * const folder = await mkdtemp(join(tmpdir(), "nlora-"));
 * const path = join(folder, "adapter.safetensors");
 * const lora_A = { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) };
 * await writeSafetensors(path, new Map([["lora_A", lora_A]]), { method: "lora" });
 * const { tensors, metadata } = await readSafetensors(path);
 * assert.deepEqual(tensors.get("lora_A"), lora_A);
 * assert.deepEqual(metadata, { method: "lora" });
 * await rm(folder, { recursive: true });
 * ```
 */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, NamedArray>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const entries: [string, unknown][] = [["__metadata__", metadata]];
  let end = 0;
  for (const [name, { shape, data }] of tensors) {
    if (name === "__metadata__" || shape.reduce((product, n) => product * n, 1) !== data.length) {
      throw new UsageError(
        `tensor ${name} with shape [${shape}] has ${data.length} elements; give data that fill it`,
      );
    }
    entries.push([name, { dtype: "F32", shape, data_offsets: [end, end += data.byteLength] }]);
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const header = new Uint8Array(8 + Math.ceil(json.length / 8) * 8).fill(0x20);
  header.set(json, 8);
  new DataView(header.buffer).setBigUint64(0, BigInt(header.length - 8), true);
  const data = Array.from(
    tensors.values(),
    ({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  );
  await writeAside(path, [header, ...data]);
}

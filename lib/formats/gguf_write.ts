import { UsageError } from "../usage_error.ts";
import type { NamedArray } from "./safetensors.ts";
import { writeAside } from "./write_aside.ts";

/** A value for a GGUF file's metadata: a text, or a number with the type in which it is kept. */
export type GgufEntry = string | { readonly f32: number };

const version = 3;
const alignment = 32;
const types = { f32: 6, string: 8 };
const tensorF32 = 0;
/** The longest name that llama.cpp takes, in bytes. */
const longestName = 63;
const mostDimensions = 4;

/**
 * Writes tensors as F32 into a GGUF file (version 3, aligned to 32 bytes), in the map's order, whole or not at all
 * (see `writeAside`). Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 *
 * @param tensors row-major shapes, as `openGguf` gives them; the file itself keeps them reversed
 * @throws UsageError if a tensor's data do not fill its shape, a name is too long, or the file cannot be written
 *
 * @example
 * ```ts
 * import { openGguf, writeGguf } from "nlora";
 * import assert from "node:assert/strict";
 * import { mkdtemp, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 *
 * const folder = await mkdtemp(join(tmpdir(), "nlora-"));
 * const path = join(folder, "adapter.gguf");
 * const lora_a = { shape: [1, 3], data: Float32Array.of(1, 2, 3) };
 * await writeGguf(path, { "general.type": "adapter", "adapter.lora.alpha": { f32: 16 } }, new Map([["lora_a", lora_a]]));
 * const file = await openGguf(path);
 * assert.equal(file.metadata.get("adapter.lora.alpha"), 16);
 * assert.deepEqual(await file.read("lora_a"), lora_a.data);
 * await file.close();
 * await rm(folder, { recursive: true });
 * ```
 */
export async function writeGguf(
  path: string,
  metadata: Readonly<Record<string, GgufEntry>>,
  tensors: ReadonlyMap<string, NamedArray>,
): Promise<void> {
  const pairs = Object.entries(metadata);
  const header = [new TextEncoder().encode("GGUF"), u32(version), u64(tensors.size), u64(pairs.length)];
  for (const [key, value] of pairs) header.push(text(key), ...entry(value));
  const data: Uint8Array[] = [];
  let offset = 0;
  for (const [name, { shape, data: values }] of tensors) {
    check(name, shape, values.length);
    header.push(text(name), u32(shape.length), ...shape.toReversed().map(u64), u32(tensorF32), u64(offset));
    const padding = padTo(values.byteLength);
    data.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), padding);
    offset += values.byteLength + padding.length;
  }
  header.push(padTo(header.reduce((bytes, { length }) => bytes + length, 0)));
  await writeAside(path, [...header, ...data]);
}

function check(name: string, shape: readonly number[], elements: number): void {
  if (shape.reduce((product, n) => product * n, 1) !== elements || elements === 0) {
    throw new UsageError(
      `tensor ${name} with shape [${shape}] has ${elements} elements; give data that fill it, and no empty tensor`,
    );
  }
  if (shape.length > mostDimensions || new TextEncoder().encode(name).length > longestName) {
    throw new UsageError(
      `GGUF takes up to ${mostDimensions} dimensions and names of ${longestName} bytes; give tensor ${name} [${shape}] fewer`,
    );
  }
}

function entry(value: GgufEntry): Uint8Array[] {
  if (typeof value === "string") return [u32(types.string), text(value)];
  return [u32(types.f32), little(4, (view) => view.setFloat32(0, value.f32, true))];
}

/** Its length in bytes, then UTF-8. */
function text(value: string): Uint8Array {
  const bytes = new TextEncoder().encode(value);
  const whole = new Uint8Array(8 + bytes.length);
  whole.set(u64(bytes.length));
  whole.set(bytes, 8);
  return whole;
}

function u32(value: number): Uint8Array {
  return little(4, (view) => view.setUint32(0, value, true));
}

function u64(value: number): Uint8Array {
  return little(8, (view) => view.setBigUint64(0, BigInt(value), true));
}

function little(bytes: number, set: (view: DataView) => void): Uint8Array {
  const view = new DataView(new ArrayBuffer(bytes));
  set(view);
  return new Uint8Array(view.buffer);
}

/** The zeros that follow `bytes` bytes up to the next multiple of the alignment. */
function padTo(bytes: number): Uint8Array {
  return new Uint8Array((alignment - bytes % alignment) % alignment);
}

import { openSafetensorsFile } from "./safetensors_file.ts";
import { streamSafetensors } from "./stream_safetensors.ts";

/** A tensor on its own: elements in row-major order. */
export interface NamedArray {
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

/**
 * Reads a whole safetensors file: tensors of type F32, F16 or BF16 (as f32), and its metadata.
 * Format: https://github.com/huggingface/safetensors#format
 *
 * @throws UsageError if the file is absent, cut, damaged, or has tensors of another type.
 */
export async function readSafetensors(
  path: string,
): Promise<{ tensors: Map<string, NamedArray>; metadata: Readonly<Record<string, string>> }> {
  await using file = await openSafetensorsFile(path);
  const tensors = new Map<string, NamedArray>();
  for (const { name, shape } of file.tensors.values()) {
    tensors.set(name, { shape, data: await file.read(name) });
  }
  return { tensors, metadata: file.metadata };
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
  const late = Array.from(tensors, ([name, { shape, data }]) => [name, { shape, data: () => data }] as const);
  await streamSafetensors(path, new Map(late), metadata);
}

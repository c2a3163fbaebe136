import { UsageError } from "../usage_error.ts";
import { writeAside } from "./write_aside.ts";

/** A tensor whose elements are made when their turn comes to be written. */
export interface LateArray {
  readonly shape: readonly number[];
  /** In row-major order. */
  data(): Float32Array | Promise<Float32Array>;
}

/**
 * Writes tensors as F32 into a safetensors file, in the map's order and one at a time, so that a model that is larger than what
 * is left of the memory can be written; whole or not at all (see `writeAside`).
 *
 * @throws UsageError if a tensor's data do not fill its shape, or the file cannot be written.
 */
export async function streamSafetensors(
  path: string,
  tensors: ReadonlyMap<string, LateArray>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  await writeAside(path, chunks(tensors, metadata));
}

async function* chunks(
  tensors: ReadonlyMap<string, LateArray>,
  metadata: Readonly<Record<string, string>>,
): AsyncGenerator<Uint8Array> {
  yield headerOf(tensors, metadata);
  for (const [name, { shape, data }] of tensors) {
    const values = await data();
    if (elements(shape) !== values.length) {
      throw new UsageError(
        `tensor ${name} with shape [${shape}] has ${values.length} elements; give data that fill it`,
      );
    }
    yield new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  }
}

function headerOf(
  tensors: ReadonlyMap<string, LateArray>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const entries: [string, unknown][] = [["__metadata__", metadata]];
  let end = 0;
  for (const [name, { shape }] of tensors) {
    if (name === "__metadata__") {
      throw new UsageError("no tensor can be named __metadata__; choose another name");
    }
    entries.push([name, { dtype: "F32", shape, data_offsets: [end, end += 4 * elements(shape)] }]);
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const header = new Uint8Array(8 + Math.ceil(json.length / 8) * 8).fill(0x20);
  header.set(json, 8);
  new DataView(header.buffer).setBigUint64(0, BigInt(header.length - 8), true);
  return header;
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** One tensor to be written: dims in the file's own order (fastest first), and its blocks. */
export interface TinyTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** A metadata pair: the number of its value's type, and the value's bytes. */
export type TinyPair = readonly [key: string, type: number, bytes: Uint8Array];

export const u32 = (n: number) => new Uint8Array(Uint32Array.of(n).buffer);
export const u64 = (n: number | bigint) => new Uint8Array(BigUint64Array.of(BigInt(n)).buffer);
export const f32 = (...n: number[]) => new Uint8Array(Float32Array.from(n).buffer);

/** A GGUF string: its length, then UTF-8. */
export function text(s: string): Uint8Array {
  const bytes = new TextEncoder().encode(s);
  return join(u64(bytes.length), bytes);
}

/** A GGUF array: its elements' type, their number, then they. */
export function array(type: number, items: readonly Uint8Array[]): Uint8Array {
  return join(u32(type), u64(items.length), concat(items));
}

export const join = (...parts: readonly Uint8Array[]) => concat(parts);

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The bytes of a GGUF file; `alignment` is what the data are padded to. */
export function tinyGguf(
  pairs: readonly TinyPair[],
  tensors: readonly TinyTensor[],
  version = 3,
  alignment = 32,
) {
  const pad = (bytes: Uint8Array) => new Uint8Array((alignment - bytes.length % alignment) % alignment);
  let offset = 0;
  const entries: Uint8Array[] = [];
  const data: Uint8Array[] = [];
  for (const { name, dims, type, bytes } of tensors) {
    entries.push(text(name), u32(dims.length), ...dims.map(u64), u32(type), u64(offset));
    data.push(bytes, pad(bytes));
    offset += bytes.length + pad(bytes).length;
  }
  const header = join(
    new TextEncoder().encode("GGUF"),
    u32(version),
    u64(tensors.length),
    u64(pairs.length),
    ...pairs.map(([key, type, bytes]) => join(text(key), u32(type), bytes)),
    ...entries,
  );
  return join(header, pad(header), ...data);
}

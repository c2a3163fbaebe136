import { UsageError } from "../usage_error.ts";
import type { GgufValue } from "./gguf_value.ts";

/** The metadata of a GGUF file: `general.architecture`, `llama.block_count`, `tokenizer.ggml.tokens`, … */
export type GgufMetadata = ReadonlyMap<string, GgufValue>;

function wrong(key: string, expected: string, value: GgufValue | undefined): UsageError {
  const came = value === undefined ? "nothing" : typeof value === "object" ? "an array" : typeof value;
  return new UsageError(
    `the GGUF metadata's ${key}: ${expected} is expected, ${came} is there; choose another file`,
  );
}

/** The string under `key`; a {@link UsageError} if there is none. */
export function metadataString(metadata: GgufMetadata, key: string): string {
  const value = metadata.get(key);
  if (typeof value !== "string") throw wrong(key, "a string", value);
  return value;
}

/** The number under `key`; a {@link UsageError} if there is none. */
export function metadataNumber(metadata: GgufMetadata, key: string): number {
  const value = metadata.get(key);
  if (typeof value !== "number") throw wrong(key, "a number", value);
  return value;
}

/** The strings under `key`; a {@link UsageError} if there are none. */
export function metadataStrings(metadata: GgufMetadata, key: string): readonly string[] {
  const value = metadata.get(key);
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) {
    throw wrong(key, "an array of strings", value);
  }
  return value;
}

/** The numbers under `key`; a {@link UsageError} if there are none. */
export function metadataNumbers(metadata: GgufMetadata, key: string): ArrayLike<number> {
  const value = metadata.get(key);
  if (!ArrayBuffer.isView(value) || value instanceof BigInt64Array || value instanceof BigUint64Array) {
    throw wrong(key, "an array of numbers", value);
  }
  return value;
}

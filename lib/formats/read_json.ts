import { UsageError } from "../usage_error.ts";
import { isRecord } from "./json.ts";
import { openFile, readBytes } from "./open_file.ts";

/**
 * Reads a file that holds one JSON object, in UTF-8.
 *
 * @throws UsageError naming the path where it is absent, may not be read, or holds something else
 *
 * @example
 * ```ts
 * import { readJsonObject } from "./read_json.ts";
 * import { UsageError } from "../usage_error.ts";
 * import assert from "node:assert/strict";
 *
 * await assert.rejects(readJsonObject("no-such-config.json"), UsageError);
 * ```
 */
export async function readJsonObject(path: string): Promise<Record<string, unknown>> {
  const { handle, size } = await openFile(path);
  let value: unknown;
  try {
    const bytes = readBytes(handle, path, 0, size);
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    bytes.buffer.transfer?.(0); // which Node 20 lacks; else they lie in memory until the garbage is collected
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path} is damaged (${(error as Error).message}); bring the file again`);
  } finally {
    await handle.close();
  }
  if (!isRecord(value)) throw new UsageError(`${path} is not a JSON object; bring the file again`);
  return value;
}

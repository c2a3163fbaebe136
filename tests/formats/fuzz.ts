import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import process from "node:process";
import { UsageError } from "../../lib/usage_error.ts";
import { largestAllocation } from "./watch_allocations.ts";

/** Damaged files in all; NLORA_FUZZ=10000 tries as many as the number says. */
const count = Number(process.env.NLORA_FUZZ ?? 400);

/**
 * Writes damaged files to `path`, a `share` of all, and loads each: it is loaded or refused with a UsageError, and nothing asks
 * for more memory than a small multiple of the file's size.
 */
export async function fuzz(
  share: number,
  files: (count: number) => Generator<Uint8Array<ArrayBuffer>>,
  path: string,
  load: () => Promise<void>,
): Promise<void> {
  const all = Math.ceil(count * share);
  let [loaded, tried] = [0, 0];
  for (const bytes of files(all)) {
    writeFileSync(path, bytes);
    const largest = await largestAllocation(async () => {
      try {
        await load();
        loaded++;
      } catch (error) {
        if (error instanceof UsageError && error.message.length < 4000) return;
        throw new Error(`damaged file ${tried} of ${path}: ${(error as Error)?.stack}`, { cause: error });
      }
    });
    assert.ok(
      largest <= 16 * bytes.length + 65_536,
      `file ${tried} of ${bytes.length} bytes: ${largest} bytes asked for`,
    );
    tried++;
  }
  assert.equal(tried, all);
  assert.ok(loaded < tried, "none was refused");
}

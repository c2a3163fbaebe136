import { fileURLToPath } from "node:url";
import { UsageError } from "../usage_error.ts";

/**
 * The path of one of the library's own files or folders.
 *
 * @param name from the library's root
 * @throws UsageError where the library was imported from the network, and its files are not on this disk
 *
 * @example
 * ```ts
 * import { ownPath } from "./own_path.ts";
 * import { readFileSync } from "node:fs";
 * import assert from "node:assert/strict";
 *
 * assert.match(readFileSync(ownPath("LICENSE"), "utf8"), /^MIT License/);
 * ```
 */
export function ownPath(name: string): string {
  const url = new URL(`../../${name}`, import.meta.url);
  if (url.protocol === "file:") return fileURLToPath(url);
  throw new UsageError(
    `${url} is not on this disk, since the library is imported from the network; use its npm package or a clone for this`,
  );
}

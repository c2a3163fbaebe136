import { inspect } from "node:util";
import { type Displayable, jupyterDisplay, type MediaBundle } from "./jupyter.ts";
import { isRunRecord, recordBundle } from "./record_display.ts";
import { resultsTable } from "./table.ts";
import { tableBundle } from "./table_display.ts";

/**
 * How any value is shown: by its own `Symbol.for("Jupyter.display")`, a record of a run as a card, a list of records as a table,
 * anything else as text.
 *
 * @example
 * ```ts
 * import { mediaBundle } from "nlora";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(await mediaBundle([1, 2]), { "text/plain": "[ 1, 2 ]" });
 * ```
 */
export async function mediaBundle(value: unknown): Promise<MediaBundle> {
  if (isDisplayable(value)) return await value[jupyterDisplay]();
  if (isRunRecord(value)) return recordBundle(value);
  if (Array.isArray(value) && value.length > 0 && value.every(isRunRecord)) {
    return tableBundle(resultsTable(value));
  }
  return { "text/plain": typeof value === "string" ? value : inspect(value) };
}

function isDisplayable(value: unknown): value is Displayable {
  return value !== null && (typeof value === "object" || typeof value === "function") &&
    typeof (value as Partial<Displayable>)[jupyterDisplay] === "function";
}

/**
 * A record as JSON for people and version control: a line for each field, each list of numbers and each training step.
 *
 * @example
 * ```ts
 * import { recordText } from "./record_text.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(recordText({ gold: [1, 0] }), '{\n  "gold": [1, 0]\n}\n');
 * ```
 */
export function recordText(record: object): string {
  return JSON.stringify(record, null, 2)
    .replaceAll(/\[\n\s+(?:[-+.\deE]+|null)(?:,\s+(?:[-+.\deE]+|null))*\s+\]/g, oneLine)
    .replaceAll(/\{\n\s+"(?:epoch|step)": [^{}]*\}/g, oneLine) + "\n";
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll("[ ", "[").replaceAll(" ]", "]");
}

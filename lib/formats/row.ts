import { UsageError } from "../usage_error.ts";
import { shownJson } from "./json.ts";

/** One record of a data file and where it stands, for messages. */
export interface Row {
  /** Such as `data/train.jsonl line 17`. */
  readonly place: string;
  readonly fields: { readonly [name: string]: unknown };
}

/**
 * The text in a field of a row.
 *
 * @throws UsageError naming the place when the field is missing or is not a string
 */
export function stringField({ place, fields }: Row, name: string): string {
  const value = fields[name];
  if (typeof value === "string") return value;
  const found = Object.hasOwn(fields, name)
    ? `is ${shownJson(value)}`
    : `is missing (fields: ${Object.keys(fields).join(", ") || "none"})`;
  throw new UsageError(`${place}: the field "${name}" ${found}; a string is expected`);
}

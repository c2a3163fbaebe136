import { readFileSync } from "node:fs";
import type { RunRecord } from "../record.ts";
import { migrateRecord } from "./migrate_record.ts";
import { recordFault } from "./record_fault.ts";

/** The record in a file, of the present version; or why there is none. */
export function readRecord(path: string): { readonly record: RunRecord } | { readonly reason: string } {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    return { reason: `it cannot be read: ${(error as Error).message}` };
  }
  return recordIn(value);
}

/** The record in a JSON value, likewise. */
export function recordIn(value: unknown): { readonly record: RunRecord } | { readonly reason: string } {
  const migrated = migrateRecord(value);
  const fault = recordFault(migrated);
  return fault === null ? { record: migrated as RunRecord } : { reason: fault };
}

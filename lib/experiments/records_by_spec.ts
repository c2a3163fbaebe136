import { canonicalJson } from "../formats/canonical_json.ts";
import { isFinished, type RunRecord } from "./record.ts";
import { completeSpec, type Spec } from "./spec.ts";

/** The records by {@linkcode specKey}; of several of one spec, a finished one. */
export function recordsBySpec(records: readonly RunRecord[]): Map<string, RunRecord> {
  const found = new Map<string, RunRecord>();
  for (const record of records) {
    const key = specKey(record.run.spec);
    const other = found.get(key);
    if (other === undefined || !isFinished(other.run.status)) found.set(key, record);
  }
  return found;
}

/**
 * What a run was asked to do. Steps that follow from epochs do not count, and what a record's spec does not tell, being older than
 * the field, is its default.
 */
export function specKey(spec: Spec): string {
  const { steps, ...rest } = completeSpec(spec);
  return canonicalJson(spec.epochs > 0 ? rest : { steps, ...rest });
}

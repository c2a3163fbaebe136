import { createHash } from "node:crypto";
import { canonicalJson } from "../formats/canonical_json.ts";
import { askedSpec } from "./asked_spec.ts";
import type { RunRecord } from "./record.ts";
import type { Spec } from "./spec.ts";

/** What a run's result follows from. */
export interface RunSource {
  readonly spec: Spec;
  readonly code_digest: string;
  readonly model_digest: string;
  readonly data_digest: string;
}

/** The name of a run's result: the SHA-256 of its spec, code, model and data, in hexadecimal. Steps that follow from epochs do not count. */
export function runKey({ spec, code_digest, model_digest, data_digest }: RunSource): string {
  return createHash("sha256")
    .update(canonicalJson({ spec: askedSpec(spec), code_digest, model_digest, data_digest }))
    .digest("hex");
}

/** The key of a record; null for one that does not tell its code, its model or its data. */
export function recordKey({ run: { spec }, meta }: RunRecord): string | null {
  const { code_digest, model_digest, data_digest } = meta;
  return code_digest && model_digest && data_digest
    ? runKey({ spec, code_digest, model_digest, data_digest })
    : null;
}

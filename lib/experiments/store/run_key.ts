import { createHash } from "node:crypto";
import { canonicalJson } from "../../formats/canonical_json.ts";
import { askedSpec } from "../asked_spec.ts";
import type { Platform } from "../environment.ts";
import type { RunRecord } from "../record.ts";
import type { Spec } from "../spec.ts";

/** What a run's result follows from. */
export interface RunSource extends Platform {
  readonly spec: Spec;
  readonly code_digest: string;
  readonly model_digest: string;
  readonly data_digest: string;
}

/** Where runs are computed unless they say otherwise. */
const usual: Platform = { backend: "tensorflow", device: "CPU" };

/**
 * The name of a run's result: the SHA-256 of its spec, code, model, data and platform, in hexadecimal. Steps that follow from epochs do
 * not count.
 *
 * Another platform's result is another one: its losses agree to rounding alone and drift apart from step to step, and its seconds and
 * bytes, which the record is also asked for, say nothing about this one. TensorFlow on the CPU goes without saying, so that the names
 * of results from before the platform counted hold.
 */
export function runKey({ spec, code_digest, model_digest, data_digest, backend, device }: RunSource): string {
  const platform = backend === usual.backend && device === usual.device ? {} : { backend, device };
  return createHash("sha256")
    .update(canonicalJson({ spec: askedSpec(spec), code_digest, model_digest, data_digest, ...platform }))
    .digest("hex");
}

/** The key of a record; null for one that does not tell its code, its model or its data. */
export function recordKey({ run: { spec }, meta }: RunRecord): string | null {
  const { code_digest, model_digest, data_digest, backend, device } = meta;
  return code_digest && model_digest && data_digest
    ? runKey({ spec, code_digest, model_digest, data_digest, backend, device })
    : null;
}

import { canonicalJson } from "../formats/canonical_json.ts";
import { askedSpec } from "./asked_spec.ts";
import { completeSpec, type Spec } from "./spec.ts";

/** Equal for specs that ask for the same; what earlier versions did not write down is as it was by default. */
export function specKey(spec: Spec): string {
  const { model, task, method } = spec;
  return canonicalJson(askedSpec({ ...completeSpec({ model, task, method }), ...spec }));
}

import { methods } from "../adapters/methods.ts";
import type { RunRecord } from "../experiments/record.ts";

/**
 * A name for each run: the method's title and, where several runs share a method, the fields of their specs that differ
 * among these: `LoRA`, `NLoRA (core pinv)`.
 */
export function labels(records: readonly RunRecord[]): string[] {
  return records.map(({ run: { spec } }) => {
    const title = methods.find((method) => method.name === spec.method)?.title ?? spec.method;
    const peers = records.map((record) => record.run.spec).filter((other) => other.method === spec.method);
    const differing = Object.entries(spec)
      .filter(([field, value]) => peers.some((other) => !isSame(other[field as keyof typeof other], value)))
      .map(([field, value]) => `${field.replaceAll("_", " ")} ${value}`);
    return differing.length === 0 ? title : `${title} (${differing.join(", ")})`;
  });
}

/** Lists too are the same where their members are. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

import { UsageError } from "../../lib/usage_error.ts";
import { bun } from "./bun.ts";
import { nlora } from "./nlora.ts";
import type { KernelSpec } from "./spec.ts";
import { tslab } from "./tslab.ts";

/** The kernels that are known, with those that cannot be and why. */
export const kernelSpecs: readonly KernelSpec[] = [nlora, tslab, bun];

/** The kernel of that name. */
export function findSpec(name: string): KernelSpec {
  const spec = kernelSpecs.find((spec) => spec.name === name);
  if (!spec) {
    const known = kernelSpecs.map(({ name }) => name).join(", ");
    throw new UsageError(`unknown kernel ${JSON.stringify(name)}; choose one of ${known}`);
  }
  return spec;
}

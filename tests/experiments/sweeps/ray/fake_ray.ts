import { resolve } from "node:path";
import type { RayOptions } from "../../../../lib/experiments/sweeps/ray/ray_options.ts";

/** Fake jobs on a Ray. */
export function fakeRay(address: string): RayOptions {
  return {
    address,
    command: `'${Deno.execPath()}' run -A --no-check tests/experiments/sweeps/fake_job.ts`,
    workingFolder: {
      root: resolve(import.meta.dirname!, "../../../.."),
      paths: ["tests/experiments/sweeps/fake_job.ts", "lib/experiments/record.ts"],
    },
  };
}

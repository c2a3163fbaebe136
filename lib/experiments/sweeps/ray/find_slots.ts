import { UsageError } from "../../../usage_error.ts";
import type { RayClient } from "./ray_client.ts";

/** How long the nodes of a cluster that has just begun may take to tell what they have, in ms. */
const patienceMs = 60_000;

/**
 * Jobs for which the cluster has room.
 *
 * @throws UsageError where it has none for a single one
 */
export async function findSlots(
  client: RayClient,
  { cpus, gpus }: { readonly cpus: number; readonly gpus: number },
): Promise<number> {
  const until = performance.now() + patienceMs;
  for (;;) {
    const { CPU = 0, GPU = 0 } = await client.resources();
    const slots = Math.min(cpus > 0 ? CPU / cpus : Infinity, gpus > 0 ? GPU / gpus : Infinity);
    if (slots >= 1 && Number.isFinite(slots)) return Math.floor(slots);
    if (slots === Infinity) return 1; // jobs that ask for nothing
    if (performance.now() > until) {
      throw new UsageError(
        `a job asks for ${cpus} CPUs and ${gpus} GPUs, and the cluster has ${CPU} and ${GPU}; ask for less, or give the number ` +
          "of jobs at once where more nodes are to come",
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

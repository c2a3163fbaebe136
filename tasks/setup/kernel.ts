import { join } from "node:path";
import { exists } from "./exists.ts";
import type { Places } from "./places.ts";
import { isStamped, writeStamp } from "./stamp.ts";
import type { Step } from "./step.ts";

/** Installs the Jupyter kernel `nlora` into the venv. */
export function kernel({ root, venv }: Places): Step {
  const folder = join(venv, "share", "jupyter", "kernels");
  const stamp = join(venv, "nlora-kernel");
  const content = async () => {
    const installer = await Deno.readTextFile(join(root, "kernels", "install.ts"));
    return [Deno.execPath(), root, installer].join("\n");
  };
  return {
    name: "kernel",
    needs: ["jupyter"],
    optional: false,
    isDone: async () =>
      await exists(join(folder, "nlora", "kernel.json")) && await isStamped(stamp, await content()),
    async run() {
      const { installKernel } = await import("../../kernels/install.ts");
      await installKernel({ dir: folder });
      await writeStamp(stamp, await content());
      return "Jupyter kernel nlora installed";
    },
  };
}

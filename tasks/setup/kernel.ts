import { join } from "node:path";
import { installKernel } from "../../kernels/install.ts";
import { nlora } from "../../kernels/specs/nlora.ts";
import { exists } from "./exists.ts";
import type { Places } from "./places.ts";
import { isStamped, writeStamp } from "./stamp.ts";
import type { Step } from "./step.ts";

/** Installs the Jupyter kernel `nlora` into the venv. */
export function kernel({ venv }: Places): Step {
  const dir = join(venv, "share", "jupyter", "kernels");
  const stamp = join(venv, "nlora-kernel");
  const content = JSON.stringify(nlora.prepare());
  return {
    name: "kernel",
    needs: ["jupyter"],
    optional: false,
    isDone: async () =>
      await exists(join(dir, nlora.name, "logo-64x64.png")) && await isStamped(stamp, content),
    async run() {
      installKernel({ dir });
      await writeStamp(stamp, content);
      return "Jupyter kernel nlora installed";
    },
  };
}

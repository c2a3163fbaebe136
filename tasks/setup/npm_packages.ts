import { join } from "node:path";
import { runChild } from "../child.ts";
import { exists } from "./exists.ts";
import type { Places } from "./places.ts";
import type { Step } from "./step.ts";

/** Installs the npm packages that deno.json names into node_modules. */
export function npmPackages({ root }: Places): Step {
  return {
    name: "npm packages",
    needs: [],
    optional: false,
    async isDone() {
      const { imports } = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
      const names = Object.values(imports as Record<string, string>)
        .filter((target) => target.startsWith("npm:"))
        .map((target) => target.replace(/^npm:(@?[^@]+)@.*$/, "$1"));
      const present = await Promise.all(names.map((name) => exists(join(root, "node_modules", name))));
      return present.every(Boolean);
    },
    async run(progress) {
      progress("installing");
      const { code, output } = await runChild({
        command: Deno.execPath(),
        args: ["install", "--quiet"],
        cwd: root,
      });
      if (code !== 0) throw new Error(`deno install failed; check the network and run this again\n${output}`);
      return "installed";
    },
  };
}

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { homePath } from "../../lib/models/catalogue.ts";
import type { KernelSpec } from "./spec.ts";

const version = "1.0.22";
const folder = homePath("tslab");
const program = join(folder, "node_modules", "tslab", "bin", "tslab");
const windows = process.platform === "win32";

/**
 * npm's tslab, run by Node, for comparison. It finds the types of Node, without which it does not even know `console`,
 * only in its own `node_modules`, hence the nested installation.
 */
export const tslab: KernelSpec = {
  name: "tslab",
  summary: `TypeScript on Node by npm's tslab ${version}, without the library`,
  logo: false,
  obstacle: () => ["node", "npm"].every(runs) ? null : "it needs Node and npm on the PATH",
  prepare() {
    if (!existsSync(program)) bring();
    return {
      argv: ["node", program, "kernel", "--config-path", "{connection_file}"],
      display_name: "TypeScript (tslab)",
      language: "typescript",
      interrupt_mode: "signal",
      env: {},
    };
  },
};

function runs(command: string): boolean {
  return spawnSync(command, ["--version"], { shell: windows }).status === 0;
}

function bring(): void {
  const options = ["--install-strategy=nested", "--ignore-scripts", "--no-audit", "--no-fund"];
  const { status, stderr } = spawnSync(
    "npm",
    ["install", "--prefix", folder, ...options, `tslab@${version}`],
    { encoding: "utf8", shell: windows },
  );
  if (status !== 0) throw new Error(`npm could not install tslab ${version}: ${stderr?.trim().slice(-500)}`);
}

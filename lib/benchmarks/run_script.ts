import process from "node:process";
import { fileURLToPath } from "node:url";
import { peerPython } from "./bench_peer.ts";
import { execute } from "./execute.ts";

/**
 * Runs a script of this folder in a process of its own, so that nothing before it counts, and gives the JSON document in
 * the last line of its output. Python scripts run where PEFT and torch are.
 */
export async function runScript<T>(
  file: string,
  args: readonly (string | number)[],
  environment: Readonly<Record<string, string>> = {},
): Promise<T> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const [program, ...before] = file.endsWith(".py")
    ? [await peerPython()]
    : [process.execPath, ...process.versions.deno ? ["run", "-A", "--unstable-webgpu"] : ["run"]];
  const output = await execute(program!, [...before, path, ...args.map(String)], environment);
  return JSON.parse(output.trim().split("\n").at(-1)!) as T;
}

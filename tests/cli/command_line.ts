import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { addonPath } from "../../lib/tensor/tensorflow.ts";
import { tinyGgufLlama } from "../models/tiny_gguf_llama.ts";

const main = resolve(import.meta.dirname!, "../../lib/cli/main.ts");

/** The backend that the commands are run on: the fastest that tests can count on. */
export const backend: string = existsSync(addonPath() ?? "") ? "tensorflow" : "wasm";

/** What a command came to. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the command line as a process of its own, or a program that stands for it, given with arguments of its own. */
export function startNlora(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  program: readonly string[] = [main],
): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--unstable-webgpu", ...program, ...args],
    env: { NLORA_BACKEND: backend, NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(900_000),
  }).spawn();
}

/** Runs the command line to its end, or what stands for it. */
export async function nlora(...given: Parameters<typeof startNlora>): Promise<Outcome> {
  const { code, stdout, stderr } = await startNlora(...given).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** Writes the tiny model into a folder. */
export async function writeTinyModel(folder: string, name = "tiny.gguf", seed = 0): Promise<string> {
  const path = join(folder, name);
  await Deno.writeFile(path, tinyGgufLlama(seed));
  return path;
}

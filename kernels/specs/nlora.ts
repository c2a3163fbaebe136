import { fileURLToPath } from "node:url";
import process from "node:process";
import type { KernelSpec } from "./spec.ts";

const inRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The kernel of this project, run by the Deno that installs it. */
export const nlora: KernelSpec = {
  name: "nlora",
  summary: "TypeScript on Deno, with the library in scope",
  logo: true,
  obstacle: () =>
    process.versions.deno ? null : "it runs on Deno; install it by `deno task nlora kernel install`",
  prepare: () => ({
    argv: [
      process.execPath,
      "run",
      "-A",
      // The packages are there as set-up left them: a start asks no registry and waits for no other program's lock.
      "--node-modules-dir=manual",
      "--config",
      inRoot("deno.json"),
      inRoot("kernels/main.ts"),
      "{connection_file}",
    ],
    display_name: "TypeScript (NLoRA)",
    language: "typescript",
    interrupt_mode: "message",
    env: { TF_CPP_MIN_LOG_LEVEL: "2", DENO_NO_UPDATE_CHECK: "1" },
  }),
};

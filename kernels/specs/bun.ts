import type { KernelSpec } from "./spec.ts";

const reason = "an interrupt stops a cell by V8's debugger, and Bun's engine has none";

/** There is no kernel on Bun; scripts and the command line do run there. */
export const bun: KernelSpec = {
  name: "bun",
  summary: "TypeScript on Bun",
  logo: true,
  obstacle: () => reason,
  prepare: () => {
    throw new Error(reason);
  },
};

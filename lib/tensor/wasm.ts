import type { Backend } from "./backend.ts";

/** WebAssembly with SIMD on the CPU: needs nothing but npm, so it is always there. */
export const wasm: Backend = {
  name: "wasm",
  async load() {
    await import("@tensorflow/tfjs-backend-wasm");
    return { description: "CPU (WebAssembly)", software: false };
  },
};

import { createRequire } from "node:module";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import util from "node:util";
import * as tf from "@tensorflow/tfjs-core";
import { type Backend, Unavailable } from "./backend.ts";

/**
 * TensorFlow's C library (CPU, or CUDA where its GPU build is installed) through the native addon of
 * `@tensorflow/tfjs-node-gpu`, which set-up compiles against the library of the PyPI wheel.
 */
export const tensorflow: Backend = {
  name: "tensorflow",
  async load() {
    const addon = addonPath();
    if (addon === null) {
      throw new Unavailable(
        "the package @tensorflow/tfjs-node-gpu is not installed",
        "a clone of the library brings it with `deno task setup`; in a project of your own, install it with its addon",
      );
    }
    if (!existsSync(addon)) {
      throw new Unavailable(
        "the TensorFlow addon is not built",
        "`deno task setup` builds it (it needs Python with pip, and a C++ compiler)",
      );
    }
    process.env.TF_CPP_MIN_LOG_LEVEL ??= "1";
    // On CPUs with AVX512-VNNI TensorFlow would turn oneDNN on, whose allocator never gives memory back; compiled steps are as fast without.
    process.env.TF_ENABLE_ONEDNN_OPTS ??= "0";
    // tfjs-node calls a function that current runtimes no longer have.
    const legacy = util as unknown as { isNullOrUndefined?: (value: unknown) => boolean };
    legacy.isNullOrUndefined ??= (value) => value === null || value === undefined;
    try {
      await import("@tensorflow/tfjs-node-gpu");
    } catch (error) {
      const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
      throw new Unavailable(
        `the TensorFlow addon does not load (${reason})`,
        "`deno task setup` builds it anew",
      );
    }
    const gpu = (tf.findBackend("tensorflow") as unknown as { isUsingGpuDevice: boolean }).isUsingGpuDevice;
    return { description: gpu ? "GPU (CUDA)" : "CPU", software: false };
  },
};

/** Where the addon's compiled binary belongs; null where its package, which is optional, is not installed. */
export function addonPath(): string | null {
  try {
    const manifest = createRequire(import.meta.url).resolve("@tensorflow/tfjs-node-gpu/package.json");
    return join(dirname(manifest), "lib", "napi-v8", "tfjs_binding.node");
  } catch {
    return null;
  }
}

import * as tf from "@tensorflow/tfjs-core";
import { ColumnTable } from "arquero";
import { Adapter } from "../adapters/adapter.ts";
import { Llama } from "../models/llama.ts";
import { Linear } from "../nn/linear.ts";
import { adapterBundle } from "./adapter_display.ts";
import { jupyterDisplay } from "./jupyter.ts";
import { linearBundle } from "./linear_display.ts";
import { modelBundle } from "./model_display.ts";
import { tableBundle } from "./table_display.ts";
import { tensorBundle } from "./tensor_display.ts";

/**
 * Gives Arquero's tables, tensors, models, linear maps and adapters their rich display in a notebook; a second call changes
 * nothing. Figures have theirs by themselves.
 */
export function installDisplay(): void {
  define(ColumnTable.prototype, tableBundle);
  define(tf.Tensor.prototype, tensorBundle);
  define(Llama.prototype, modelBundle);
  define(Linear.prototype, linearBundle);
  define(Adapter.prototype, adapterBundle);
}

function define<T extends object>(prototype: T, bundle: (thing: T) => unknown): void {
  Object.defineProperty(prototype, jupyterDisplay, {
    configurable: true,
    value(this: T) {
      return bundle(this);
    },
  });
}

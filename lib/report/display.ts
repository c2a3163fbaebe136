import * as tf from "@tensorflow/tfjs-core";
import { ColumnTable } from "arquero";
import { jupyterDisplay } from "./jupyter.ts";
import { tableBundle } from "./table_display.ts";
import { tensorBundle } from "./tensor_display.ts";

/**
 * Gives Arquero's tables and tensors their rich display in a notebook; a second call changes nothing.
 * Figures have theirs by themselves.
 */
export function installDisplay(): void {
  define(ColumnTable.prototype, tableBundle);
  define(tf.Tensor.prototype, tensorBundle);
}

function define<T extends object>(prototype: T, bundle: (thing: T) => unknown): void {
  Object.defineProperty(prototype, jupyterDisplay, {
    configurable: true,
    value(this: T) {
      return bundle(this);
    },
  });
}

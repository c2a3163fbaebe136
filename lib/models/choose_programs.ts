import * as tf from "@tensorflow/tfjs-core";
import { type Precision, withPrecision } from "../nn/product.ts";
import { canCompile } from "../tensor/compile.ts";
import { UsageError } from "../usage_error.ts";

/**
 * From so many multiplications in one pass through one layer it is compiled, which takes about a second for each shape;
 * all layers of a shape share the program. What is smaller runs operation by operation.
 */
const worthCompiling = 1e8;

/**
 * The passes through a layer as they are, or compiled where that pays. In mixed precision they are always compiled.
 *
 * @param multiplications in one pass
 * @throws UsageError for mixed precision where nothing can be compiled
 */
export function choosePrograms<Programs>(
  { asIs, compiled }: { readonly asIs: Programs; readonly compiled: Programs },
  multiplications: number,
  precision: Precision,
): Programs {
  if (precision === "float32") return multiplications >= worthCompiling ? compiled : asIs;
  if (canCompile()) return compiled;
  throw new UsageError(
    `products in ${precision} need compiled functions, which are off or not there on ${tf.getBackend()}; ` +
      "use float32, or the tensorflow backend without NLORA_COMPILE=off",
  );
}

/** A pass with its products in the precision that its context, the last argument, asks for. */
export function inPrecision<A extends readonly [...unknown[], { readonly precision: Precision }], R>(
  pass: (...args: A) => R,
): (...args: A) => R {
  return (...args) => {
    const { precision } = args.at(-1) as { readonly precision: Precision };
    return withPrecision(precision, () => pass(...args));
  };
}

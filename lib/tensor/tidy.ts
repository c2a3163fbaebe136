import * as tf from "@tensorflow/tfjs-core";

/**
 * Runs `scope` and disposes every tensor made in it except those found in its result, however deep they lie there.
 * The same as `tf.tidy`, for results of any type.
 */
export function tidy<T>(scope: () => T): T {
  return tf.tidy(scope as () => tf.TensorContainer) as T;
}

/** Disposes every tensor found in a value, however deep; a tensor that is disposed already is passed over. */
export function dispose(value: unknown): void {
  tf.dispose(value as tf.TensorContainer);
}

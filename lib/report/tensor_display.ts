import * as tf from "@tensorflow/tfjs-core";
import type { MediaBundle } from "./jupyter.ts";

/** Cells along the longer side of a heat map. */
const cellsAcross = 48;
const valuesShown = 8;

/**
 * A tensor as HTML and as text: shape, type, backend, least, greatest and mean value, the first values, and for a
 * matrix or vector a small heat map (blue below zero, red above). It reads the values and leaves no tensor behind.
 *
 * @example
 * ```ts
 * import { tensorBundle, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const bundle = await tensorBundle(tf.tensor2d([[1, 2], [3, 6]]));
 * assert.equal(bundle["text/plain"], `float32 tensor (2, 2) on ${tf.getBackend()}, from 1 to 6, mean 3: 1, 2, 3, 6`);
 * ```
 */
export async function tensorBundle(tensor: tf.Tensor): Promise<MediaBundle> {
  if (tensor.isDisposed) {
    return { "text/plain": `disposed ${tensor.dtype} tensor (${tensor.shape.join(", ")})` };
  }
  const values = await tensor.data();
  const head = `${tensor.dtype} tensor (${tensor.shape.join(", ")}) on ${tf.getBackend()}`;
  if (tensor.dtype === "string" || values.length === 0) return { "text/plain": head };
  let [least, greatest, sum] = [Infinity, -Infinity, 0];
  for (const value of values) {
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
    sum += value;
  }
  const first = Array.from(values.slice(0, valuesShown), short).join(", ") +
    (values.length > valuesShown ? ", …" : "");
  const line = `${head}, from ${short(least)} to ${short(greatest)}, mean ${short(sum / values.length)}`;
  const size = Math.max(Math.abs(least), Math.abs(greatest));
  const picture = tensor.rank === 1 || tensor.rank === 2 ? heatMap(values, tensor.shape, size) : "";
  return {
    "text/html": `<div>${picture}<div>${line}</div><code>${first}</code></div>`,
    "text/plain": `${line}: ${first}`,
  };
}

function short(value: number): string {
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(4)));
}

/** An SVG of at most 48 cells a side; each shows the entry of largest size in its block. */
function heatMap(values: ArrayLike<number>, shape: readonly number[], size: number): string {
  const [rows, columns] = shape.length === 1 ? [1, shape[0]!] : [shape[0]!, shape[1]!];
  const block = Math.max(1, Math.ceil(Math.max(rows, columns) / cellsAcross));
  const [down, across] = [Math.ceil(rows / block), Math.ceil(columns / block)];
  const largest = new Float64Array(down * across);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const at = Math.floor(i / block) * across + Math.floor(j / block);
      const value = values[i * columns + j]!;
      if (Math.abs(value) > Math.abs(largest[at]!)) largest[at] = value;
    }
  }
  const cells = Array.from(largest, (value, at) => {
    const strength = Math.abs(value) < size ? Math.abs(value) / size : Number(size > 0);
    const fill = value < 0
      ? `rgba(0,114,178,${strength.toFixed(2)})`
      : `rgba(213,94,0,${strength.toFixed(2)})`;
    return `<rect x="${at % across}" y="${Math.floor(at / across)}" width="1" height="1" fill="${fill}"/>`;
  });
  const scale = Math.max(2, Math.min(12, Math.floor(240 / Math.max(down, across))));
  return `<svg role="img" aria-label="heat map of the tensor" width="${across * scale}" height="${
    down * scale
  }" ` +
    `viewBox="0 0 ${across} ${down}" shape-rendering="crispEdges">${cells.join("")}</svg>`;
}

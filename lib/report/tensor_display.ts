import * as tf from "@tensorflow/tfjs-core";
import { currentBackend } from "../tensor/use_backend.ts";
import { escapeHtml } from "./escape_html.ts";
import { heatMap, heatMapLegend } from "./heat_map.ts";
import type { MediaBundle } from "./jupyter.ts";
import { tensorStatistics } from "./tensor_statistics.ts";

/** Values and slices that are shown. */
const most = { values: 8, rows: 12, columns: 10, slices: 4 };

/**
 * A tensor as HTML and as text: shape, type, backend and device, least and greatest value, mean and standard deviation, how many
 * are NaN or infinite, and the first values. A small matrix or vector shows all its values, a larger one a heat map with colours
 * centred at zero; of a tensor of more axes the first slices over the last two are drawn. It waits for the values without
 * blocking and leaves no tensor behind; its cost is that of reading them all.
 *
 * @example
 * ```ts
 * import { tensorBundle, tf, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const bundle = await tensorBundle(tf.tensor2d([[1, 2], [3, 6]]));
 * const text = `float32 tensor (2, 2) on ${tf.getBackend()}, from 1 to 6, mean 3, std 1.871: 1, 2, 3, 6`;
 * assert.equal(bundle["text/plain"], text);
 * ```
 */
export async function tensorBundle(tensor: tf.Tensor): Promise<MediaBundle> {
  const { dtype, shape } = tensor;
  const form = `${dtype} tensor (${shape.join(", ")})`;
  if (tensor.isDisposed) return { "text/plain": `disposed ${form}` };
  const values = await tensor.data<tf.DataType>() as Numbers | string[];
  const head = `${form} on ${tf.getBackend()}`;
  const write = writer(dtype, values);
  const first = Array.from({ length: Math.min(most.values, tensor.size) }, (_, i) => write(i)).join(", ") +
    (tensor.size > most.values ? ", …" : "");
  const numbers = dtype === "string" || dtype === "complex64" || tensor.size === 0 ? null : values as Numbers;
  const words = numbers ? statisticsWords(numbers, dtype) : "";
  const picture = numbers && tensor.size > 1
    ? pictureOf(numbers, shape, write, head + words)
    : `<br><code>${escapeHtml(first)}</code>`;
  return {
    "text/html": `<div>${escapeHtml(head + deviceWords() + words)}${picture}</div>`,
    "text/plain": `${head}${words}${tensor.size > 0 ? `: ${first}` : ""}`,
  };
}

type Numbers = Float32Array | Int32Array | Uint8Array;

/** How the value at a place is written. */
function writer(dtype: tf.DataType, values: Numbers | string[]): (i: number) => string {
  switch (dtype) {
    case "string":
      return (i) => JSON.stringify(values[i]);
    case "bool":
      return (i) => String(Boolean(values[i]));
    case "complex64":
      return (i) => `${short(values[2 * i] as number)} + ${short(values[2 * i + 1] as number)}i`;
    default:
      return (i) => short(values[i] as number);
  }
}

function short(value: number): string {
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(4)));
}

function statisticsWords(values: Numbers, dtype: tf.DataType): string {
  const { least, greatest, mean, deviation, nan, infinite } = tensorStatistics(values);
  if (dtype === "bool") return `, ${Math.round(mean * values.length)} of ${values.length} true`;
  const finite = nan + infinite < values.length
    ? `, from ${short(least)} to ${short(greatest)}, mean ${short(mean)}, std ${short(deviation)}`
    : "";
  return `${finite}${nan > 0 ? `, ${nan} NaN` : ""}${infinite > 0 ? `, ${infinite} infinite` : ""}`;
}

/** The device, where it is known and not the backend's own name. */
function deviceWords(): string {
  try {
    const { name, device } = currentBackend();
    return name === tf.getBackend() ? `, ${device}` : "";
  } catch {
    return ""; // the backend was chosen by other means
  }
}

/** The values of a small matrix, or heat maps. */
function pictureOf(
  values: Numbers,
  shape: readonly number[],
  write: (i: number) => string,
  words: string,
): string {
  const [rows, columns] = [shape.at(-2) ?? 1, shape.at(-1)!];
  const { least, greatest } = tensorStatistics(values);
  const bound = Math.max(Math.abs(least), Math.abs(greatest)) || 0;
  if (shape.length <= 2 && rows <= most.rows && columns <= most.columns) {
    return valueGrid(values, [rows, columns], bound, write);
  }
  const count = values.length / (rows * columns);
  const slices = Array.from({ length: Math.min(most.slices, count) }, (_, slice) => {
    const part = values.subarray(slice * rows * columns, (slice + 1) * rows * columns);
    const name = shape.length > 2 ? `[${[...indices(slice, shape.slice(0, -2)), ":", ":"].join(", ")}]` : "";
    const picture = heatMap(part, [rows, columns], bound, `heat map of ${words} ${name}`.trim());
    return `<figure style="margin:0">${picture}${
      name && `<figcaption><code>${name}</code></figcaption>`
    }</figure>`;
  });
  const more = count > slices.length ? `, ${slices.length} of ${count} slices` : "";
  return `<div style="display:flex;gap:10px;flex-wrap:wrap;margin:4px 0">${slices.join("")}</div>` +
    `<small>${heatMapLegend(short(bound))}${more}</small>`;
}

/** The indices of the slice of that number. */
function indices(slice: number, outer: readonly number[]): number[] {
  return outer.map((length, axis) => {
    const inner = outer.slice(axis + 1).reduce((product, length) => product * length, 1);
    return Math.floor(slice / inner) % length;
  });
}

/** All values as a table, each on the colour of its sign and size. */
function valueGrid(
  values: Numbers,
  [rows, columns]: readonly [number, number],
  bound: number,
  write: (i: number) => string,
): string {
  const cell = (i: number) => {
    const value = values[i]!;
    const strength = bound > 0 ? Math.min(0.55, 0.55 * Math.abs(value) / bound) : 0;
    const colour = value < 0 ? "0,114,178" : "213,94,0";
    const background = strength > 0 ? `;background:rgba(${colour},${strength.toFixed(2)})` : "";
    return `<td style="text-align:right;padding:1px 8px${background}">${write(i)}</td>`;
  };
  const lines = Array.from(
    { length: rows },
    (_, row) =>
      `<tr style="background:none">${
        Array.from({ length: columns }, (_, column) => cell(row * columns + column)).join("")
      }</tr>`,
  );
  return `<table style="border-collapse:collapse;margin:4px 0;font-variant-numeric:tabular-nums"><tbody>${
    lines.join("")
  }</tbody></table>`;
}

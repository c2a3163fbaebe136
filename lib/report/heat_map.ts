import { Buffer } from "node:buffer";
import { escapeHtml } from "./escape_html.ts";
import { encodePng } from "./png.ts";

/** Cells along the longer side. */
const cellsAcross = 48;
/** Of the picture's longer side; no cell is larger than a fingertip. */
const pixelsAcross = 240, pixelsPerCell = 14;

type Colour = readonly [red: number, green: number, blue: number];
const below: Colour = [0, 114, 178];
const zero: Colour = [255, 255, 255];
const above: Colour = [213, 94, 0];
const undefinedValue: Colour = [128, 128, 128];
/** Steps from zero to either end. */
const steps = 127;
const palette = [
  undefinedValue,
  ...Array.from(
    { length: 2 * steps + 1 },
    (_, i) => mixed(zero, i < steps ? below : above, Math.abs(i - steps) / steps),
  ),
];

function mixed(a: Colour, b: Colour, share: number): Colour {
  return [0, 1, 2].map((i) => Math.round(a[i]! + (b[i]! - a[i]!) * share)) as unknown as Colour;
}

/**
 * A matrix as a picture of at most 48 cells a side: blue below zero, white at zero, orange above, grey where a value is NaN, as
 * is told apart with any colour vision. Of a larger matrix each cell shows the entry of largest size in its block.
 *
 * @param values rows × columns entries, row by row
 * @param bound the size that has the full colour
 * @param words what the picture shows
 */
export function heatMap(
  values: ArrayLike<number>,
  [rows, columns]: readonly [number, number],
  bound: number,
  words: string,
): string {
  const block = Math.max(1, Math.ceil(Math.max(rows, columns) / cellsAcross));
  const [height, width] = [Math.ceil(rows / block), Math.ceil(columns / block)];
  const largest = new Float64Array(height * width);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const at = Math.floor(i / block) * width + Math.floor(j / block);
      const value = values[i * columns + j]!;
      if (Number.isNaN(value) || Math.abs(value) > Math.abs(largest[at]!)) largest[at] = value;
    }
  }
  const pixels = Uint8Array.from(largest, (value) => colourOf(value, bound));
  const png = Buffer.from(encodePng({ width, height, palette, pixels })).toString("base64");
  const scale = Math.max(2, Math.min(pixelsPerCell, Math.floor(pixelsAcross / Math.max(width, height))));
  return `<img alt="${escapeHtml(words)}" src="data:image/png;base64,${png}" width="${width * scale}" ` +
    `height="${
      height * scale
    }" style="image-rendering:pixelated;margin:0;border:1px solid rgba(128,128,128,.5)">`;
}

function colourOf(value: number, bound: number): number {
  if (Number.isNaN(value)) return 0;
  const share = bound > 0 ? Math.max(-1, Math.min(1, value / bound)) : 0;
  return 1 + steps + Math.round(share * steps);
}

/** The meaning of the colours, from −bound to bound. */
export function heatMapLegend(bound: string): string {
  const [from, middle, to] = [below, zero, above].map((colour) => `rgb(${colour})`);
  return `<span style="display:inline-flex;gap:.4em;align-items:center">−${bound}` +
    `<span style="display:inline-block;width:90px;height:10px;border:1px solid rgba(128,128,128,.5);` +
    `background:linear-gradient(to right,${from},${middle},${to})"></span>${bound}</span>`;
}

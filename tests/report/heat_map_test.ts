import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { inflateSync } from "node:zlib";
import { heatMap } from "../../lib/report/heat_map.ts";

/** The colours of the picture's cells, row by row. */
function colours(html: string): { width: number; cells: number[][] } {
  const png = Buffer.from(/base64,([^"]*)"/.exec(html)![1]!, "base64");
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < png.length;) {
    const size = png.readUInt32BE(at);
    chunks.set(png.toString("latin1", at + 4, at + 8), png.subarray(at + 8, at + 8 + size));
    at += 12 + size;
  }
  const width = chunks.get("IHDR")!.readUInt32BE(0);
  const palette = chunks.get("PLTE")!;
  const lines = inflateSync(chunks.get("IDAT")!);
  const cells = [...lines].filter((_, i) => i % (width + 1) !== 0)
    .map((colour) => [...palette.subarray(3 * colour, 3 * colour + 3)]);
  return { width, cells };
}

Deno.test("blue below zero, white at zero, orange above, grey for NaN, full colour from the bound on", () => {
  const { width, cells } = colours(heatMap([-2, 0, 2, NaN, Infinity, 1], [2, 3], 2, "words"));
  assert.equal(width, 3);
  assert.deepEqual(cells.slice(0, 5), [[0, 114, 178], [255, 255, 255], [213, 94, 0], [128, 128, 128], [
    213,
    94,
    0,
  ]]);
  assert.deepEqual(cells[5], [234, 174, 126]); // half of the way, in 127 steps
});

Deno.test("a large matrix has 48 cells a side at most, each with the largest entry or a NaN of its block", () => {
  const values = new Float32Array(96 * 96);
  values[1] = -1;
  values[96 * 95] = NaN;
  const { width, cells } = colours(heatMap(values, [96, 96], 1, "words"));
  assert.equal(width, 48);
  assert.equal(cells.length, 48 * 48);
  assert.deepEqual(cells[0], [0, 114, 178]);
  assert.deepEqual(cells[48 * 47], [128, 128, 128]);
  assert.deepEqual(cells[1], [255, 255, 255]);
});

Deno.test("the picture's words are escaped, and a bound of zero is no division by zero", () => {
  const html = heatMap([0], [1, 1], 0, `"<x>`);
  assert.match(html, /alt="&quot;&lt;x&gt;"/);
  assert.deepEqual(colours(html).cells, [[255, 255, 255]]);
});

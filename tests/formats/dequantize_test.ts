import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Buffer } from "node:buffer";
import { GGML_TYPES } from "../../lib/formats/dequantize.ts";

interface Golden {
  readonly [type: string]: { readonly number: number; readonly bytes: string; readonly f32_bits: number[] };
}

const golden: Golden = JSON.parse(
  readFileSync(new URL("../golden/dequantize.json", import.meta.url), "utf8"),
);

Deno.test("every readable type has golden values", () => {
  assert.deepEqual(Object.keys(golden).sort(), [...GGML_TYPES.values()].map((type) => type.name).sort());
});

for (const [name, { number, bytes, f32_bits }] of Object.entries(golden)) {
  Deno.test(`${name} gives the gguf package's values bit for bit, at any alignment`, () => {
    const type = GGML_TYPES.get(number)!;
    assert.equal(type.name, name);
    const blocks = Uint8Array.from(Buffer.from(bytes, "hex"));
    assert.equal(blocks.length / type.typeSize * type.blockSize, f32_bits.length);
    for (const shift of [0, 1]) {
      const shifted = new Uint8Array(blocks.length + shift);
      shifted.set(blocks, shift);
      const out = new Float32Array(f32_bits.length);
      type.decode(shifted.subarray(shift), out);
      assert.deepEqual([...new Uint32Array(out.buffer)], f32_bits);
    }
  });
}

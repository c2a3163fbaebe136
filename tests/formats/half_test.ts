import assert from "node:assert/strict";
import { decodeBF16, decodeF16, decodeF32, halfToFloat } from "../../lib/formats/half.ts";

Deno.test("half precision: zeros, subnormals, one, the largest, infinities and NaN", () => {
  const known: readonly [bits: number, value: number][] = [
    [0x0000, 0],
    [0x8000, -0],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x0400, 2 ** -14],
    [0x3c00, 1],
    [0xbc00, -1],
    [0x3555, 0.333251953125],
    [0x7bff, 65504],
    [0x7c00, Infinity],
    [0xfc00, -Infinity],
    [0x7e00, NaN],
  ];
  for (const [bits, value] of known) assert.ok(Object.is(halfToFloat(bits), value), `bits ${bits}`);
});

Deno.test("half precision rises with its bits and mirrors in its sign", () => {
  for (let bits = 1; bits <= 0x7c00; bits++) {
    assert.ok(halfToFloat(bits) > halfToFloat(bits - 1));
    assert.equal(halfToFloat(bits | 0x8000), -halfToFloat(bits));
  }
});

Deno.test("bfloat16 is the upper half of an f32", () => {
  const values = Float32Array.of(1, -2.5, 0, 1e30, Infinity);
  const f32 = new Uint8Array(values.buffer);
  const upper = Uint8Array.from({ length: 10 }, (_, i) => f32[4 * (i >> 1) + 2 + (i & 1)]);
  const out = new Float32Array(5);
  decodeBF16(upper, out);
  out.forEach((value, i) =>
    assert.ok(Math.abs(value - values[i]) <= Math.abs(values[i]) / 128 || value === values[i])
  );
});

Deno.test("decoders fill a view that does not begin its buffer, and nothing beside it", () => {
  for (
    const [decode, bytes] of [[decodeF16, [0, 0x3c]], [decodeBF16, [0x80, 0x3f]], [decodeF32, [
      0,
      0,
      0x80,
      0x3f,
    ]]] as const
  ) {
    const all = new Float32Array(3).fill(7);
    decode(Uint8Array.from(bytes), all.subarray(1, 2));
    assert.deepEqual([...all], [7, 1, 7]);
  }
});

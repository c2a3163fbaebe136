/** The value of each of the 65,536 IEEE half-precision bit patterns, as the nearest (exact) f32. */
const HALF_VALUES = /* @__PURE__ */ halfValues();

function halfValues(): Float32Array {
  const values = new Float32Array(65536);
  for (let bits = 0; bits < 65536; bits++) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    if (exponent === 0) values[bits] = sign * fraction * 2 ** -24;
    else if (exponent === 31) values[bits] = fraction ? NaN : sign * Infinity;
    else values[bits] = sign * (1024 + fraction) * 2 ** (exponent - 25);
  }
  return values;
}

/** The value of an IEEE half-precision number given by its 16 bits (0 to 65,535). */
export function halfToFloat(bits: number): number {
  return HALF_VALUES[bits];
}

/** Little-endian IEEE half-precision numbers as f32; `bytes` has two bytes for each element of `out`. */
export function decodeF16(bytes: Uint8Array, out: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = HALF_VALUES[bytes[2 * i] | (bytes[2 * i + 1] << 8)];
}

/** Little-endian bfloat16 numbers as f32; `bytes` has two bytes for each element of `out`. */
export function decodeBF16(bytes: Uint8Array, out: Float32Array): void {
  const bits = new Uint32Array(out.buffer, out.byteOffset, out.length);
  for (let i = 0; i < out.length; i++) bits[i] = (bytes[2 * i] << 16) | (bytes[2 * i + 1] << 24);
}

/** Little-endian f32 numbers; `bytes` has four bytes for each element of `out`, at any alignment. */
export function decodeF32(bytes: Uint8Array, out: Float32Array): void {
  new Uint8Array(out.buffer, out.byteOffset, out.byteLength).set(bytes.subarray(0, out.byteLength));
}

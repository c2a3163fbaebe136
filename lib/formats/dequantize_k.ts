import { halfToFloat } from "./half.ts";

/** Elements of a block of ggml's K types, which is parted into groups with scales of their own. */
export const K_BLOCK = 256;

function half(bytes: Uint8Array, at: number): number {
  return halfToFloat(bytes[at] | (bytes[at + 1] << 8));
}

/**
 * 84 bytes: 16 bytes, one for each group of 16 (scale low, minimum high), 64 bytes of 2-bit numbers, d, dmin (f16);
 * q·d·scale − dmin·minimum. Each 32 bytes hold 128 elements: their lowest bit pairs are the first 32 of them.
 */
export function dequantizeQ2_K(bytes: Uint8Array, out: Float32Array): void {
  for (let at = 0, o = 0; o < out.length; at += 84, o += K_BLOCK) {
    const d = half(bytes, at + 80);
    const dmin = half(bytes, at + 82);
    for (let i = 0; i < K_BLOCK; i++) {
      const group = bytes[at + (i >> 4)];
      const q = (bytes[at + 16 + pairByte(i)] >> pairShift(i)) & 3;
      out[o + i] = d * (group & 15) * q - dmin * (group >> 4);
    }
  }
}

/**
 * 110 bytes: 32 bytes with the third bits, 64 bytes of 2-bit numbers in Q2_K's order, 12 bytes with the 6-bit scales
 * of the groups of 16, d (f16); d·(scale − 32)·(q − 4), where q has its third bit.
 */
export function dequantizeQ3_K(bytes: Uint8Array, out: Float32Array): void {
  for (let at = 0, o = 0; o < out.length; at += 110, o += K_BLOCK) {
    const d = half(bytes, at + 108);
    for (let i = 0; i < K_BLOCK; i++) {
      const group = i >> 4;
      const low = bytes[at + 96 + (group & 7)] >> (group < 8 ? 0 : 4);
      const high = bytes[at + 104 + (group & 3)] >> (2 * (group >> 2));
      const scale = (low & 15) | ((high & 3) << 4);
      const third = (bytes[at + (i & 31)] >> (i >> 5)) & 1;
      const q = ((bytes[at + 32 + pairByte(i)] >> pairShift(i)) & 3) | (third << 2);
      out[o + i] = d * (scale - 32) * (q - 4);
    }
  }
}

/**
 * 144 bytes: d, dmin (f16), 12 bytes with 6-bit scales and minima of the groups of 32, 128 bytes of nibbles, of which
 * each 32 bytes hold 64 elements, the low ones first; q·d·scale − dmin·minimum.
 */
export function dequantizeQ4_K(bytes: Uint8Array, out: Float32Array): void {
  for (let at = 0, o = 0; o < out.length; at += 144, o += K_BLOCK) {
    for (let group = 0; group < 8; group++) {
      const { scale, minimum } = groupOf(bytes, at, group);
      const from = at + 16 + 32 * (group >> 1);
      for (let j = 0; j < 32; j++) {
        const q = (bytes[from + j] >> (4 * (group & 1))) & 15;
        out[o + 32 * group + j] = scale * q - minimum;
      }
    }
  }
}

/** 176 bytes: as Q4_K, with 32 bytes of fifth bits (bit g of byte j: element j of group g) before the nibbles. */
export function dequantizeQ5_K(bytes: Uint8Array, out: Float32Array): void {
  for (let at = 0, o = 0; o < out.length; at += 176, o += K_BLOCK) {
    for (let group = 0; group < 8; group++) {
      const { scale, minimum } = groupOf(bytes, at, group);
      const from = at + 48 + 32 * (group >> 1);
      for (let j = 0; j < 32; j++) {
        const fifth = (bytes[at + 16 + j] >> group) & 1;
        const q = ((bytes[from + j] >> (4 * (group & 1))) & 15) | (fifth << 4);
        out[o + 32 * group + j] = scale * q - minimum;
      }
    }
  }
}

/**
 * 210 bytes: 128 bytes of nibbles (each 64 bytes hold 128 elements, the low ones first), 64 bytes of upper bit pairs
 * in Q2_K's order, 16 signed scales of the groups of 16, d (f16); d·scale·(q − 32).
 */
export function dequantizeQ6_K(bytes: Uint8Array, out: Float32Array): void {
  const signed = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0, o = 0; o < out.length; at += 210, o += K_BLOCK) {
    const d = half(bytes, at + 208);
    for (let i = 0; i < K_BLOCK; i++) {
      const low = bytes[at + 64 * (i >> 7) + (i & 63)] >> (i & 64 ? 4 : 0);
      const high = bytes[at + 128 + pairByte(i)] >> pairShift(i);
      const q = (low & 15) | ((high & 3) << 4);
      out[o + i] = d * signed[at + 192 + (i >> 4)] * (q - 32);
    }
  }
}

/** Which of 64 bytes holds the bit pair of element i, and where in it. */
const pairByte = (i: number) => 32 * (i >> 7) + (i & 31);
const pairShift = (i: number) => 2 * ((i >> 5) & 3);

/** Scale and minimum of a group of Q4_K or Q5_K: 6 bits each, those of the last four groups parted over two bytes. */
function groupOf(bytes: Uint8Array, at: number, group: number) {
  const [first, second] = [bytes[at + 4 + (group & 3)], bytes[at + 8 + (group & 3)]];
  const third = bytes[at + 12 + (group & 3)];
  const scale = group < 4 ? first & 63 : (third & 15) | ((first >> 2) & 48);
  const minimum = group < 4 ? second & 63 : (third >> 4) | ((second >> 2) & 48);
  return { scale: half(bytes, at) * scale, minimum: half(bytes, at + 2) * minimum };
}

import {
  dequantizeQ2_K,
  dequantizeQ3_K,
  dequantizeQ4_K,
  dequantizeQ5_K,
  dequantizeQ6_K,
  K_BLOCK,
} from "./dequantize_k.ts";
import { decodeBF16, decodeF16, decodeF32, halfToFloat } from "./half.ts";
import type { NumberBlocks } from "./read_numbers.ts";

/** A GGML tensor type. Its rows are whole blocks. */
export interface GgmlType extends NumberBlocks {
  readonly name: string;
}

/** Block of 32: scale d (f16), 16 bytes of nibbles (low: elements 0–15, high: 16–31); (q − 8)·d. */
function dequantizeQ4_0(bytes: Uint8Array, out: Float32Array): void {
  for (let at = 0, o = 0; o < out.length; at += 18, o += 32) {
    const d = halfToFloat(bytes[at] | (bytes[at + 1] << 8));
    for (let j = 0; j < 16; j++) {
      const pair = bytes[at + 2 + j];
      out[o + j] = ((pair & 15) - 8) * d;
      out[o + j + 16] = ((pair >> 4) - 8) * d;
    }
  }
}

/** Block of 32: scale d and minimum m (f16), 16 bytes of nibbles ordered as in Q4_0; q·d + m. */
function dequantizeQ4_1(bytes: Uint8Array, out: Float32Array): void {
  for (let at = 0, o = 0; o < out.length; at += 20, o += 32) {
    const d = halfToFloat(bytes[at] | (bytes[at + 1] << 8));
    const m = halfToFloat(bytes[at + 2] | (bytes[at + 3] << 8));
    for (let j = 0; j < 16; j++) {
      const pair = bytes[at + 4 + j];
      out[o + j] = (pair & 15) * d + m;
      out[o + j + 16] = (pair >> 4) * d + m;
    }
  }
}

/** Block of 32: scale d (f16), 4 bytes of fifth bits (element i: bit i), nibbles as in Q4_0; (q − 16)·d. */
function dequantizeQ5_0(bytes: Uint8Array, out: Float32Array): void {
  for (let at = 0, o = 0; o < out.length; at += 22, o += 32) {
    const d = halfToFloat(bytes[at] | (bytes[at + 1] << 8));
    for (let i = 0; i < 32; i++) out[o + i] = (fiveBits(bytes, at + 2, i) - 16) * d;
  }
}

/** Block of 32: scale d and minimum m (f16), then as in Q5_0; q·d + m. */
function dequantizeQ5_1(bytes: Uint8Array, out: Float32Array): void {
  for (let at = 0, o = 0; o < out.length; at += 24, o += 32) {
    const d = halfToFloat(bytes[at] | (bytes[at + 1] << 8));
    const m = halfToFloat(bytes[at + 2] | (bytes[at + 3] << 8));
    for (let i = 0; i < 32; i++) out[o + i] = fiveBits(bytes, at + 4, i) * d + m;
  }
}

/** Element i of a block's numbers: 4 bytes of fifth bits and 16 bytes of nibbles. */
function fiveBits(bytes: Uint8Array, at: number, i: number): number {
  const low = bytes[at + 4 + (i & 15)] >> (i < 16 ? 0 : 4);
  const fifth = bytes[at + (i >> 3)] >> (i & 7);
  return (low & 15) | ((fifth & 1) << 4);
}

/** Block of 32: scale d (f16), 32 signed bytes; q·d. */
function dequantizeQ8_0(bytes: Uint8Array, out: Float32Array): void {
  const signed = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0, o = 0; o < out.length; at += 34, o += 32) {
    const d = halfToFloat(bytes[at] | (bytes[at + 1] << 8));
    for (let j = 0; j < 32; j++) out[o + j] = signed[at + 2 + j] * d;
  }
}

/**
 * The tensor types that can be read, by their number in a GGUF file. Adding a type is adding a row.
 * Source: ggml's `ggml_type` and the block layouts of `ggml-common.h`.
 */
export const GGML_TYPES: ReadonlyMap<number, GgmlType> = new Map([
  [0, { name: "F32", blockSize: 1, typeSize: 4, asInMemory: true, decode: decodeF32 }],
  [1, { name: "F16", blockSize: 1, typeSize: 2, decode: decodeF16 }],
  [2, { name: "Q4_0", blockSize: 32, typeSize: 18, decode: dequantizeQ4_0 }],
  [3, { name: "Q4_1", blockSize: 32, typeSize: 20, decode: dequantizeQ4_1 }],
  [6, { name: "Q5_0", blockSize: 32, typeSize: 22, decode: dequantizeQ5_0 }],
  [7, { name: "Q5_1", blockSize: 32, typeSize: 24, decode: dequantizeQ5_1 }],
  [8, { name: "Q8_0", blockSize: 32, typeSize: 34, decode: dequantizeQ8_0 }],
  [10, { name: "Q2_K", blockSize: K_BLOCK, typeSize: 84, decode: dequantizeQ2_K }],
  [11, { name: "Q3_K", blockSize: K_BLOCK, typeSize: 110, decode: dequantizeQ3_K }],
  [12, { name: "Q4_K", blockSize: K_BLOCK, typeSize: 144, decode: dequantizeQ4_K }],
  [13, { name: "Q5_K", blockSize: K_BLOCK, typeSize: 176, decode: dequantizeQ5_K }],
  [14, { name: "Q6_K", blockSize: K_BLOCK, typeSize: 210, decode: dequantizeQ6_K }],
  [30, { name: "BF16", blockSize: 1, typeSize: 2, decode: decodeBF16 }],
]);

/** Names of the types that ggml knows and {@link GGML_TYPES} does not read, for error messages. */
const OTHER_NAMES: ReadonlyMap<number, string> = new Map([
  [9, "Q8_1"],
  [15, "Q8_K"],
  [16, "IQ2_XXS"],
  [17, "IQ2_XS"],
  [18, "IQ3_XXS"],
  [19, "IQ1_S"],
  [20, "IQ4_NL"],
  [21, "IQ3_S"],
  [22, "IQ2_S"],
  [23, "IQ4_XS"],
  [24, "I8"],
  [25, "I16"],
  [26, "I32"],
  [27, "I64"],
  [28, "F64"],
  [29, "IQ1_M"],
  [34, "TQ1_0"],
  [35, "TQ2_0"],
  [39, "MXFP4"],
  [40, "NVFP4"],
  [41, "Q1_0"],
]);

/** The name of a GGML type that cannot be read, or `undefined` if ggml has no type of that number. */
export function unsupportedTypeName(type: number): string | undefined {
  return OTHER_NAMES.get(type);
}

import type { WeightStorage } from "./weight.ts";

/** What one number takes, with its share of what stands beside it in a long row: a scale, or a scale and a minimum a block. */
const bytesPerNumber: Readonly<Record<WeightStorage, number>> = {
  float32: 4,
  bfloat16: 2,
  int8: 1,
  q4: 4 / 8 + 8 / 32,
};

/** Bytes that so many numbers of a weight take on the backend. */
export function weightBytes(numbers: number, storage: WeightStorage): number {
  return Math.ceil(numbers * bytesPerNumber[storage]);
}

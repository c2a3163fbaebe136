import { mersenne } from "pure-rand/generator/mersenne";

/**
 * The numbers that PyTorch's `tensor.uniform_(low, high, generator)` draws on the CPU in float32 from a generator with
 * `manual_seed(seed)`, up to the last bit's rounding: for random matrices that another program keeps as a seed alone.
 *
 * @param seed its low 32 bits count
 * @returns draws the next `count` numbers of the generator
 *
 * @example
 * ```ts
 * import { torchUniform } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const draw = torchUniform(0); // torch.rand(2, generator=torch.Generator().manual_seed(0))
 * assert.deepEqual([...draw(2, 0, 1)].map((x) => x.toFixed(4)), ["0.4963", "0.7682"]);
 * ```
 */
export function torchUniform(
  seed: number,
): (count: number, low: number, high: number) => Float32Array<ArrayBuffer> {
  const generator = mersenne(seed | 0);
  return (count, low, high) => {
    const numbers = new Float32Array(count);
    for (let i = 0; i < count; i++) {
      numbers[i] = low + (high - low) * ((generator.next() & 0xffffff) / 2 ** 24);
    }
    return numbers;
  };
}

import { mersenne } from "pure-rand/generator/mersenne";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { frozenRandomness, isTracing, traceError } from "./tracing.ts";

/**
 * Seeded random numbers, the same on every backend: drawn on the host by the Mersenne Twister.
 * Everything random in the library takes one of these, so that a seed in a record is the whole story.
 *
 * @example
 * ```ts
 * import { Random } from "nlora";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(new Random(7).normal(3), new Random(7).normal(3));
 * ```
 */
export class Random {
  readonly #state;

  /** @param seed an integer; its low 32 bits count */
  constructor(readonly seed: number) {
    this.#state = mersenne(seed | 0);
  }

  get #generator() {
    if (isTracing()) throw traceError(frozenRandomness);
    return this.#state;
  }

  /** A generator of its own for a named part of the work, so that parts do not shift each other's numbers. */
  fork(name: string): Random {
    let hash = 0x811c9dc5 ^ this.seed; // FNV-1a
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
    return new Random(hash);
  }

  /** An integer in [0, limit). */
  int(limit: number): number {
    return uniformInt(this.#generator, 0, limit - 1);
  }

  /** One element of a non-empty list. */
  pick<T>(list: readonly T[]): T {
    return list[this.int(list.length)]!;
  }

  /** The list in a random order (Fisher–Yates); the given list stays as it is. */
  shuffle<T>(list: readonly T[]): T[] {
    const result = [...list];
    for (let i = result.length - 1; i > 0; i--) {
      const j = this.int(i + 1);
      [result[i], result[j]] = [result[j]!, result[i]!];
    }
    return result;
  }

  /** `count` numbers uniform in [low, high), then rounded to float32. */
  uniform(count: number, low = 0, high = 1): Float32Array<ArrayBuffer> {
    const result = new Float32Array(count);
    for (let i = 0; i < count; i++) result[i] = low + (high - low) * uniformFloat64(this.#generator);
    return result;
  }

  /** `count` numbers from N(mean, deviation²) (Box–Muller). */
  normal(count: number, mean = 0, deviation = 1): Float32Array<ArrayBuffer> {
    const result = new Float32Array(count);
    for (let i = 0; i < count; i += 2) {
      const radius = deviation * Math.sqrt(-2 * Math.log(1 - uniformFloat64(this.#generator)));
      const angle = 2 * Math.PI * uniformFloat64(this.#generator);
      result[i] = mean + radius * Math.cos(angle);
      if (i + 1 < count) result[i + 1] = mean + radius * Math.sin(angle);
    }
    return result;
  }
}

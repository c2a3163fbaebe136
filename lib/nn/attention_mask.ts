import * as tf from "@tensorflow/tfjs-core";
import { tidy } from "../tensor/tidy.ts";

/** How the heads share a mask (see {@linkcode splitHeads}). */
export interface MaskHeads {
  readonly kvHeads: number;
  /** Query heads for each key and value head. */
  readonly groups: number;
}

/**
 * The additive mask of a decoder: a query looks at itself and at earlier tokens, but at no padding on the left, no farther
 * back than the window, and into no other example of its row.
 *
 * @param padding tokens of padding before each sequence
 * @param window tokens that a query looks at, itself included (Mistral's sliding window, arXiv 2310.06825, section 2)
 * @param starts (batch · queries) the place in its row at which the example of each token begins, for rows that several
 *   examples share: the mask is then block-diagonal
 * @returns (batch · kvHeads, groups · queries, queries): 0 where a query looks, −1e9 elsewhere
 */
export function causalMask(
  { padding, queries, window = Infinity, starts, ...heads }: MaskHeads & {
    padding: readonly number[];
    queries: number;
    window?: number;
    starts?: ArrayLike<number> | undefined;
  },
): tf.Tensor3D {
  const shape = { batch: padding.length, queries, keys: queries };
  return rangeMask(shape, heads, (b, q) => {
    const first = Math.max(padding[b]!, q - window + 1, starts?.[b * queries + q] ?? 0);
    // A padding row looks at itself, so that its softmax stays defined.
    return [[Math.min(first, q), q + 1]];
  });
}

/**
 * The same for new tokens behind those in the slots of a cache: a query looks at its sequence's slots in use that hold no
 * padding, and at the new tokens up to itself.
 *
 * @param padding tokens of padding in the first slots of each sequence
 * @param lengths slots in use of each sequence, from the first on
 * @param capacity slots for each sequence
 * @returns (batch · kvHeads, groups · queries, capacity + queries): 0 where a query looks, −1e9 elsewhere
 */
export function slotMask(
  { padding, lengths, capacity, queries, window = Infinity, ...heads }: MaskHeads & {
    padding: readonly number[];
    lengths: readonly number[];
    capacity: number;
    queries: number;
    window?: number;
  },
): tf.Tensor3D {
  const shape = { batch: padding.length, queries, keys: capacity + queries };
  return rangeMask(shape, heads, (b, q) => {
    const first = Math.max(padding[b]!, lengths[b]! + q - window + 1);
    return [[first, lengths[b]!], [capacity + Math.max(0, q - window + 1), capacity + q + 1]];
  });
}

/**
 * The additive mask of an encoder over sequences padded on the right: every query looks at every token that is not padding, so
 * that one row stands for all queries.
 *
 * @param lengths tokens of each sequence without padding
 * @param tokens tokens of each with padding
 * @returns (batch · heads, 1, tokens)
 */
export function paddingMask(
  { lengths, tokens, heads }: { lengths: readonly number[]; tokens: number; heads: number },
): tf.Tensor3D {
  const shape = { batch: lengths.length, queries: 1, keys: tokens };
  return rangeMask(shape, { kvHeads: heads, groups: 1 }, (b) => [[0, lengths[b]!]]);
}

/** 0 for the keys from the first to before the end of each query's ranges, −1e9 for the others. */
function rangeMask(
  { batch, queries, keys }: { batch: number; queries: number; keys: number },
  { kvHeads, groups }: MaskHeads,
  ranges: (sequence: number, query: number) => readonly (readonly [first: number, end: number])[],
): tf.Tensor3D {
  const values = new Float32Array(batch * queries * keys).fill(-1e9);
  for (let b = 0; b < batch; b++) {
    for (let q = 0; q < queries; q++) {
      const row = (b * queries + q) * keys;
      for (const [first, end] of ranges(b, q)) {
        if (first < end) values.fill(0, row + first, row + end);
      }
    }
  }
  return tidy(() =>
    tf.reshape(
      tf.tile(tf.tensor4d(values, [batch, 1, queries, keys]), [1, kvHeads * groups, 1, 1]),
      [batch * kvHeads, groups * queries, keys],
    )
  );
}

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
 * @param past tokens already in the cache, before the `queries` new ones
 * @param window tokens that a query looks at, itself included (Mistral's sliding window, arXiv 2310.06825, section 2)
 * @param starts (batch · queries) the place in its row at which the example of each token begins, for rows that several
 *   examples share without a cache: the mask is then block-diagonal
 * @returns (batch · kvHeads, groups · queries, past + queries): 0 where a query looks, −1e9 elsewhere
 */
export function causalMask(
  { padding, past, queries, window = Infinity, starts, ...heads }: MaskHeads & {
    padding: readonly number[];
    past: number;
    queries: number;
    window?: number;
    starts?: ArrayLike<number> | undefined;
  },
): tf.Tensor3D {
  const shape = { batch: padding.length, queries, keys: past + queries };
  return rangeMask(shape, heads, (b, q) => {
    const last = past + q;
    const first = Math.max(padding[b]!, last - window + 1, starts?.[b * queries + q] ?? 0);
    // A padding row looks at itself, so that its softmax stays defined.
    return [Math.min(first, last), last + 1];
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
  return rangeMask(shape, { kvHeads: heads, groups: 1 }, (b) => [0, lengths[b]!]);
}

/** 0 for the keys from the first to before the end of each query's range, −1e9 for the others. */
function rangeMask(
  { batch, queries, keys }: { batch: number; queries: number; keys: number },
  { kvHeads, groups }: MaskHeads,
  range: (sequence: number, query: number) => readonly [first: number, end: number],
): tf.Tensor3D {
  const values = new Float32Array(batch * queries * keys).fill(-1e9);
  for (let b = 0; b < batch; b++) {
    for (let q = 0; q < queries; q++) {
      const row = (b * queries + q) * keys;
      const [first, end] = range(b, q);
      values.fill(0, row + first, row + end);
    }
  }
  return tidy(() =>
    tf.reshape(
      tf.tile(tf.tensor4d(values, [batch, 1, queries, keys]), [1, kvHeads * groups, 1, 1]),
      [batch * kvHeads, groups * queries, keys],
    )
  );
}

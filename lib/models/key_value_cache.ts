import * as tf from "@tensorflow/tfjs-core";
import { dispose, tidy } from "../tensor/tidy.ts";
import { writeRows } from "../tensor/write_rows.ts";

/** Slots come in blocks of so many tokens: another capacity is another program. */
const block = 128;

/** Keys and values of one layer as rows: of tokens, or of the slots of a cache. */
export interface KeyValueRows {
  readonly k: tf.Tensor2D; // (batch · kvHeads · tokens, headDim)
  readonly v: tf.Tensor2D; // (batch · kvHeads · tokens, headDim)
}

/** The tokens that a batch of sequences has seen, for the next call of {@linkcode Llama.extend}. */
export interface KeyValueCache {
  /** For each head of each sequence `capacity` slots. */
  readonly layers: readonly KeyValueRows[];
  /** Tokens of padding before each sequence. */
  readonly padding: readonly number[];
  /** Tokens of each sequence, padding included: slots in use, from the first on. */
  readonly lengths: readonly number[];
  readonly capacity: number;
}

/**
 * A cache of first tokens.
 *
 * @param tokens of each layer; consumed
 * @param padding how many of them are padding, in each sequence
 * @param length how many of each sequence
 */
export function startCache(
  tokens: readonly KeyValueRows[],
  padding: readonly number[],
  length: number,
): KeyValueCache {
  return withRoom({ layers: tokens, padding, lengths: padding.map(() => length), capacity: length }, length);
}

/**
 * The cache with new tokens at its end. They are written into its memory where there are slots for them; else it grows by
 * whole blocks of 128, which copies it once.
 *
 * @param cache consumed
 * @param tokens of each layer; consumed
 * @param count how many of each sequence
 */
export function extendCache(
  cache: KeyValueCache,
  tokens: readonly KeyValueRows[],
  count: number,
): KeyValueCache {
  const lengths = cache.lengths.map((length) => length + count);
  const { layers, padding, capacity } = withRoom(cache, Math.max(...lengths));
  const heads = tokens[0]!.k.shape[0] / count; // batch · kvHeads
  const kvHeads = heads / padding.length;
  const slots = Int32Array.from({ length: heads * count }, (_, i) => {
    const head = Math.floor(i / count);
    return head * capacity + cache.lengths[Math.floor(head / kvHeads)]! + i % count;
  });
  return { layers: write(layers, slots, tokens), padding, lengths, capacity };
}

/**
 * The cache with other sequences in some of its rows; it grows where they need more slots than it has.
 *
 * @param cache consumed
 * @param rows where they go
 * @param others as many as rows; consumed
 */
export function replaceSequences(
  cache: KeyValueCache,
  rows: readonly number[],
  others: KeyValueCache,
): KeyValueCache {
  const { layers, capacity, ...before } = withRoom(cache, others.capacity);
  const kvHeads = layers[0]!.k.shape[0] / capacity / before.padding.length;
  const slots = Int32Array.from({ length: rows.length * kvHeads * others.capacity }, (_, i) => {
    const head = Math.floor(i / others.capacity);
    const row = rows[Math.floor(head / kvHeads)]!;
    return (row * kvHeads + head % kvHeads) * capacity + i % others.capacity;
  });
  const [padding, lengths] = [[...before.padding], [...before.lengths]];
  rows.forEach((row, i) => {
    padding[row] = others.padding[i]!;
    lengths[row] = others.lengths[i]!;
  });
  return { layers: write(layers, slots, others.layers), padding, lengths, capacity };
}

/** The layers with other rows in some places; both are consumed. */
function write(
  layers: readonly KeyValueRows[],
  slots: Int32Array,
  rows: readonly KeyValueRows[],
): KeyValueRows[] {
  const places = tf.tensor1d(slots, "int32");
  const written = layers.map(({ k, v }, i) => ({
    k: writeRows(k, places, rows[i]!.k),
    v: writeRows(v, places, rows[i]!.v),
  }));
  dispose([places, rows]);
  return written;
}

/** The cache of some of its sequences; the given cache is consumed. */
export function keepSequences(cache: KeyValueCache, rows: readonly number[]): KeyValueCache {
  const { padding, lengths, capacity } = cache;
  const take = (x: tf.Tensor2D) =>
    tidy(() => {
      const sequences = tf.reshape(x, [padding.length, -1, x.shape[1]]);
      return tf.reshape(tf.gather(sequences, tf.tensor1d([...rows], "int32")), [
        -1,
        x.shape[1],
      ]) as tf.Tensor2D;
    });
  const layers = cache.layers.map(({ k, v }) => ({ k: take(k), v: take(v) }));
  disposeCache(cache);
  return {
    layers,
    padding: rows.map((row) => padding[row]!),
    lengths: rows.map((row) => lengths[row]!),
    capacity,
  };
}

/** Disposes the tensors of a cache that is not extended any further. */
export function disposeCache(cache: KeyValueCache): void {
  dispose(cache.layers);
}

/** The cache with slots for so many tokens; the given cache is consumed. */
function withRoom(cache: KeyValueCache, tokens: number): KeyValueCache {
  const capacity = Math.ceil(Math.max(tokens, cache.capacity) / block) * block;
  if (capacity === cache.capacity) return cache;
  const layers = replaceEach(cache.layers, (x) => {
    const heads = tf.reshape(x, [-1, cache.capacity, x.shape[1]]);
    const grown = tf.pad(heads, [[0, 0], [0, capacity - cache.capacity], [0, 0]]);
    return tf.reshape(grown, [-1, x.shape[1]]);
  });
  return { ...cache, layers, capacity };
}

/** Other rows for each layer's; the given ones are disposed on the way, so that few are there twice. */
function replaceEach(
  layers: readonly KeyValueRows[],
  replace: (x: tf.Tensor2D) => tf.Tensor2D,
): KeyValueRows[] {
  return layers.map(({ k, v }) => {
    const other = { k: tidy(() => replace(k)), v: tidy(() => replace(v)) };
    dispose([k, v]);
    return other;
  });
}

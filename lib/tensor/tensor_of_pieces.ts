import * as tf from "@tensorflow/tfjs-core";
import { nodeBackend } from "./node_backend.ts";
import { hasRawOps, rawOp } from "./raw_op.ts";
import { writeRows } from "./write_rows.ts";

/**
 * A tensor on the backend from its elements in pieces of whole rows, each of which is over when the next is taken. On the
 * tensorflow backend no more than one piece lies in memory beside it. The caller owns it.
 *
 * @param shape the rows are those of its first dimension; the pieces fill it
 */
export async function tensorOfPieces<R extends tf.Rank>(
  pieces: AsyncIterable<Float32Array>,
  shape: tf.ShapeMap[R],
): Promise<tf.Tensor<R>> {
  const size = sizeOf(shape);
  if (!hasRawOps()) return tf.tensor(await gatherPieces(pieces, size), shape);
  let filled = empty<R>(shape);
  let done = 0;
  try {
    for await (const piece of pieces) {
      filled = writePiece(filled, done, piece);
      done += piece.length;
    }
    return filled;
  } catch (error) {
    filled.dispose();
    throw error;
  }
}

/** All elements in one array. */
export async function gatherPieces(
  pieces: AsyncIterable<Float32Array>,
  size: number,
): Promise<Float32Array<ArrayBuffer>> {
  const values = new Float32Array(size);
  let done = 0;
  for await (const piece of pieces) {
    values.set(piece, done);
    done += piece.length;
  }
  return values;
}

/** The tensor with whole rows of it, from an element on, replaced; the given one is consumed. */
function writePiece<R extends tf.Rank>(x: tf.Tensor<R>, from: number, piece: Float32Array): tf.Tensor<R> {
  const { binding, isUsingGpuDevice, tensorMap } = nodeBackend();
  if (binding.writeNumbers && !isUsingGpuDevice) {
    binding.writeNumbers(tensorMap.get(x.dataId).id, from, piece);
    return x;
  }
  const columns = sizeOf(x.shape.slice(1));
  const [first, count] = [from / columns, piece.length / columns];
  const rows = tf.reshape<tf.Rank.R2>(x, [x.size / columns, columns]);
  x.dispose();
  return tf.tidy(() => {
    const places = tf.range(first, first + count, 1, "int32");
    return tf.reshape(writeRows(rows, places, tf.tensor2d(piece, [count, columns])), x.shape);
  });
}

/** A tensor whose numbers are whatever the memory held. */
function empty<R extends tf.Rank>(shape: tf.ShapeMap[R]): tf.Tensor<R> {
  const given = tf.tensor1d([...shape], "int32");
  const [made] = rawOp("Empty", { dtype: { type: "float32" }, init: false }, [given], 1);
  given.dispose();
  return made as tf.Tensor<R>;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

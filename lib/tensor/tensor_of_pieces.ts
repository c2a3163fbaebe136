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
  const columns = sizeOf(shape.slice(1));
  let rows = emptyRows(size / columns, columns);
  let done = 0;
  try {
    for await (const piece of pieces) {
      rows = writePiece(rows, done, piece);
      done += piece.length;
    }
    return tf.reshape(rows, shape);
  } finally {
    rows.dispose();
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
function writePiece(rows: tf.Tensor2D, from: number, piece: Float32Array): tf.Tensor2D {
  const { binding, isUsingGpuDevice, tensorMap } = nodeBackend();
  if (binding.writeNumbers && !isUsingGpuDevice) {
    binding.writeNumbers(tensorMap.get(rows.dataId).id, from, piece);
    return rows;
  }
  const columns = rows.shape[1];
  const [first, count] = [from / columns, piece.length / columns];
  return tf.tidy(() =>
    writeRows(rows, tf.range(first, first + count, 1, "int32"), tf.tensor2d(piece, [count, columns]))
  );
}

/** A tensor whose numbers are whatever the memory held. */
function emptyRows(rows: number, columns: number): tf.Tensor2D {
  const shape = tf.tensor1d([rows, columns], "int32");
  const [empty] = rawOp("Empty", { dtype: { type: "float32" }, init: false }, [shape], 1);
  shape.dispose();
  return empty as tf.Tensor2D;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

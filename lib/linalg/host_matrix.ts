import * as tf from "@tensorflow/tfjs-core";
import { Matrix } from "ml-matrix";

/** Reads a tensor (m, n) into a double-precision matrix on the host. */
export async function toHost(x: tf.Tensor2D): Promise<Matrix> {
  const [rows, columns] = x.shape;
  const data = await x.data();
  const matrix = Matrix.zeros(rows, columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) matrix.set(i, j, data[i * columns + j]!);
  }
  return matrix;
}

/** Puts a host matrix on the backend, rounded to float32; the caller owns the tensor. */
export function fromHost(matrix: Matrix): tf.Tensor2D {
  const data = new Float32Array(matrix.rows * matrix.columns);
  for (let i = 0; i < matrix.rows; i++) {
    for (let j = 0; j < matrix.columns; j++) data[i * matrix.columns + j] = matrix.get(i, j);
  }
  return tf.tensor2d(data, [matrix.rows, matrix.columns]);
}

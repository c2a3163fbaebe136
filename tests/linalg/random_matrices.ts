import * as tf from "@tensorflow/tfjs-core";
import { Matrix, QR } from "ml-matrix";
import type { Random } from "../../lib/tensor/random.ts";

/** A matrix (m, n) of independent normal numbers. */
export function gaussian(m: number, n: number, random: Random): Matrix {
  return Matrix.from1DArray(m, n, [...random.normal(m * n)]);
}

/** A matrix (m, n) of exact rank r. */
export function ofRank(m: number, n: number, r: number, random: Random): Matrix {
  return gaussian(m, r, random).mmul(gaussian(r, n, random));
}

/** A matrix (m, n) with these singular values between random orthonormal bases. */
export function withSpectrum(m: number, n: number, spectrum: readonly number[], random: Random): Matrix {
  const basis = (size: number) => new QR(gaussian(size, spectrum.length, random)).orthogonalMatrix;
  return basis(m).mmul(Matrix.diag([...spectrum])).mmul(basis(n).transpose());
}

/** ‖x‖ in the Frobenius norm. */
export function frobenius(x: Matrix): number {
  return Math.sqrt(Matrix.mul(x, x).sum());
}

/** The product of tensors on the backend, owned by the caller. */
export function product(...factors: readonly tf.Tensor2D[]): tf.Tensor2D {
  return tf.tidy(() => factors.reduce((left, right) => tf.matMul<tf.Tensor2D>(left, right)));
}

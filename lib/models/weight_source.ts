import { UsageError } from "../usage_error.ts";

/** An open file, or several, of which tensors are read one by one. */
export interface TensorFile {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, { readonly shape: readonly number[] }>;
  pieces(name: string, unit: number): AsyncIterable<Float32Array<ArrayBuffer>>;
}

/** Where a model's weights come from, by their names in transformers. */
export interface WeightSource {
  /** Tensors altogether. */
  readonly size: number;
  /**
   * The elements of a tensor, row by row, in pieces of whole rows, each over when the next is taken.
   *
   * @throws UsageError where it is absent or has another shape than this
   */
  pieces(name: string, shape: readonly number[]): AsyncIterable<Float32Array<ArrayBuffer>>;
}

/**
 * The elements of a tensor that the model's configuration gives this shape, in pieces of so many whole rows.
 *
 * @throws UsageError where it is absent or has another shape
 */
export function shapedPieces(
  file: TensorFile,
  name: string,
  shape: readonly number[],
  rows = 1,
): AsyncIterable<Float32Array<ArrayBuffer>> {
  const found = file.tensors.get(name)?.shape;
  if (found && found.join() !== shape.join()) {
    throw new UsageError(
      `${file.path}: ${name} is [${found}], and the model's own configuration makes it [${shape}]; bring both again`,
    );
  }
  return file.pieces(name, rows * shape.slice(1).reduce((product, n) => product * n, 1));
}

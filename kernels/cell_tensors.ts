/**
 * The tensors that cells leave behind. TensorFlow.js counts tensors but knows nothing of JavaScript's references: of
 * `x.square().sum()` at the top of a cell the square stays in memory for ever, though no variable holds it.
 *
 * What is freed at the end of a cell is decided by the garbage collector alone: the tensors whose JavaScript objects it has found
 * unreachable. So whatever a variable, an object, a closure, a pending promise, a model or an adapter still leads to is kept, and
 * nobody could ever have used or disposed what is freed. TensorFlow.js itself holds its variables (`tf.variable`) by their names;
 * those stay.
 */
import * as tf from "@tensorflow/tfjs-core";

/** What the end of a cell freed. */
export interface FreedTensors {
  /** Tensors that the cell itself made. */
  readonly count: number;
  readonly bytes: number;
}

/** A tensor that has not been disposed, without a reference to its object. */
interface Tracked {
  readonly object: WeakRef<tf.Tensor>;
  readonly shape: number[];
  readonly dtype: tf.DataType;
  readonly dataId: object;
  readonly cell: number;
}

/** Where every tensor passes by when it is made outside of `tf.tidy` or leaves it, and when it is read and disposed. */
interface Engine {
  readonly state: { readonly activeScope: object | null };
  track(tensor: tf.Tensor): tf.Tensor;
  keep(tensor: tf.Tensor): tf.Tensor;
  disposeTensor(tensor: tf.Tensor): void;
  read(dataId: object): Promise<unknown>;
}

/** Watches tensors from its making on; there is one for a process. */
export class CellTensors {
  readonly #collect: () => void;
  readonly #alive = new Set<Tracked>();
  readonly #byTensor = new WeakMap<tf.Tensor, Tracked>();
  /** Data on its way to JavaScript, whose tensor may be unreachable already. */
  readonly #reading = new Map<object, number>();
  #cell = 0;
  /** Tensors that the cell made and that are there still. */
  #made = 0;

  /** @param collect runs a full garbage collection */
  constructor(collect: () => void) {
    this.#collect = collect;
    const engine = tf.engine() as unknown as Engine;
    const { track, keep, disposeTensor, read } = engine;
    engine.track = (tensor) => {
      if (!engine.state.activeScope) this.#add(tensor);
      return track.call(engine, tensor);
    };
    engine.keep = (tensor) => {
      if (engine.state.activeScope) this.#add(tensor);
      return keep.call(engine, tensor);
    };
    engine.disposeTensor = (tensor) => {
      this.#remove(this.#byTensor.get(tensor));
      disposeTensor.call(engine, tensor);
    };
    engine.read = async (dataId) => {
      this.#reading.set(dataId, (this.#reading.get(dataId) ?? 0) + 1);
      try {
        return await read.call(engine, dataId);
      } finally {
        const left = this.#reading.get(dataId)! - 1;
        if (left > 0) this.#reading.set(dataId, left);
        else this.#reading.delete(dataId);
      }
    };
  }

  /**
   * Frees what no variable leads to and tells how much of that the cell made. Where the cell has left no tensor of its own, which
   * is so for most cells, it costs nothing; else one garbage collection.
   */
  async endCell(): Promise<FreedTensors> {
    const freed = { count: 0, bytes: 0 };
    if (this.#made > 0) {
      await new Promise((resolve) => setTimeout(resolve)); // what a weak reference gave is held until the end of a turn
      this.#collect();
      for (const tracked of this.#alive) {
        if (this.#reading.has(tracked.dataId) || tracked.object.deref()) continue;
        const bytes = this.#free(tracked);
        if (tracked.cell !== this.#cell) continue;
        freed.count += 1;
        freed.bytes += bytes;
      }
    }
    this.#cell += 1;
    this.#made = 0;
    return freed;
  }

  #add(tensor: tf.Tensor): void {
    if (this.#byTensor.has(tensor)) return;
    const { shape, dtype, dataId } = tensor;
    const tracked = { object: new WeakRef(tensor), shape, dtype, dataId, cell: this.#cell };
    this.#alive.add(tracked);
    this.#byTensor.set(tensor, tracked);
    this.#made += 1;
  }

  #remove(tracked: Tracked | undefined): void {
    if (tracked && this.#alive.delete(tracked) && tracked.cell === this.#cell) this.#made -= 1;
  }

  /** Disposes the data of a tensor whose object is gone, by way of another object; gives the bytes. */
  #free(tracked: Tracked): number {
    this.#remove(tracked);
    const { numBytes } = tf.memory();
    new tf.Tensor(tracked.shape, tracked.dtype, tracked.dataId, -1).dispose();
    return numBytes - tf.memory().numBytes;
  }
}

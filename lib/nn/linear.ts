import * as tf from "@tensorflow/tfjs-core";
import { subtractProduct } from "../linalg/subtract_product.ts";
import { dispose, tidy } from "../tensor/tidy.ts";
import { UsageError } from "../usage_error.ts";
import {
  adaptedLinear,
  adaptedLinearBackward,
  type LinearOperands,
  type LinearSaved,
} from "./adapted_linear.ts";
import type { FactorGradients, Factors } from "./factors.ts";
import { outerFactor } from "./low_rank.ts";
import {
  actingDelta,
  additiveDelta,
  frozenWeight,
  keepsWeight,
  rowNorms,
  type Update,
  updatedWeight,
} from "./update.ts";
import { isPacked, type PackedWeight, unpack, type Weight, type WeightStorage } from "./weight.ts";

/**
 * A frozen linear map y = x·Wᵀ + b and the update in use beside it: y = x·W'ᵀ + b without forming the product B·A
 * (see {@linkcode Factors} for W'). The weight is (m, n) = (out, in), as in PyTorch.
 */
export class Linear {
  #weight: Weight;
  /** The packed weight, while an update is folded into a copy of it in float32. */
  #packed: PackedWeight | null = null;
  #update: Update | null = null;
  #merged = false;

  /**
   * @param name the dotted path in the model, such as `model.layers.0.self_attn.q_proj`
   * @param weight (m, n); owned by this object
   * @param bias b (m) of a map that has one; owned by this object
   */
  constructor(readonly name: string, weight: Weight, readonly bias: tf.Tensor1D | null = null) {
    this.#weight = weight;
  }

  /**
   * The weight in use (m, n): with the start of an update taken off, or with an update folded in.
   *
   * @throws UsageError where it is packed
   */
  get weight(): tf.Tensor2D {
    if (isPacked(this.#weight)) {
      throw new UsageError(`${this.name} is kept as ${this.#weight.format}; given() unpacks it`);
    }
    return this.#weight;
  }

  get outputs(): number {
    return this.#weight.shape[0];
  }

  get inputs(): number {
    return this.#weight.shape[1];
  }

  /** Numbers in the weight and the bias. */
  get parameters(): number {
    return this.outputs * this.inputs + (this.bias?.size ?? 0);
  }

  /** How the weight in use is kept. */
  get storage(): WeightStorage {
    return isPacked(this.#weight) ? this.#weight.format : "float32";
  }

  /** The update in use, or null. */
  get update(): Update | null {
    return this.#update;
  }

  /** Whether the update is folded into the weight at the moment. */
  get merged(): boolean {
    return this.#merged;
  }

  /**
   * Puts an update beside the weight; its start, where it has one, is taken off the weight.
   *
   * @throws UsageError where another update is in use
   */
  attach(update: Update): void {
    if (this.#update) {
      throw new UsageError(`${this.name} has an adapter already; detach() or remove() that one first`);
    }
    this.#takeOff(update, 1);
    this.#update = update;
    this.setFactors(update.factors);
  }

  /** Takes the update away and gives the weight back as it was before, to float32 rounding; a packed one to the last bit. */
  detach(): void {
    this.unmerge();
    this.#takeOff(this.#update!, -1);
    this.#update = null;
  }

  /** Takes new factors for the update in use; the old ones stay the caller's. */
  setFactors(factors: Factors): void {
    const update = this.#update!;
    update.factors = factors;
    if (!factors.magnitude) return;
    update.rowNorms?.dispose();
    update.rowNorms = tidy(() => rowNorms(unpack(this.#weight), update));
  }

  /**
   * Folds the update into the weight, so that the map runs as fast as without one. The sum is kept in float32, and beside it
   * the weight, if that is packed.
   */
  merge(): void {
    if (this.#merged) return;
    const update = this.#update!;
    this.#packed = isPacked(this.#weight) ? this.#weight : null;
    const merged = tidy(() => updatedWeight(unpack(this.#weight), update));
    if (!this.#packed) dispose(this.#weight);
    this.#weight = merged;
    this.#merged = true;
  }

  /** Takes the update out of the weight again. */
  unmerge(): void {
    if (!this.#merged) return;
    const frozen = this.#packed ?? frozenWeight(this.weight, this.#update!);
    dispose(this.#weight);
    this.#weight = frozen;
    this.#packed = null;
    this.#merged = false;
  }

  /** The weight as it was loaded (m, n); the caller owns it. */
  given(): tf.Tensor2D {
    const update = this.#update;
    return tidy(() => {
      const frozen = this.#frozen();
      return update?.start && !keepsWeight(update)
        ? tf.add(frozen, additiveDelta(update.start, update.scaling))
        : tf.clone(frozen);
    });
  }

  /** W' − W (m, n), what the update in use adds to the frozen weight; the caller owns it. */
  delta(): tf.Tensor2D {
    const update = this.#update!;
    if (!update.factors.magnitude) return actingDelta(update);
    return tidy(() => {
      const frozen = this.#frozen();
      return tf.sub(this.#merged ? this.weight : updatedWeight(frozen, update), frozen);
    });
  }

  /** What {@linkcode adaptedLinear} needs, as the map is at the moment; the tensors stay this object's own. */
  get operands(): LinearOperands {
    const biases = [this.bias, this.#update?.factors.bias].filter((bias) => bias != null);
    if (!this.#update || this.#merged) return { weight: this.#weight, biases, update: null };
    const { factors, start, scaling, trains, rowNorms, leading = false } = this.#update;
    const fixed = !trains.has("A") && !trains.has("B");
    return {
      weight: this.#weight,
      biases,
      update: {
        factors,
        offset: keepsWeight(this.#update) ? start!.N! : null,
        scaling,
        trains: [...trains],
        rowNorms,
        leading: leading && fixed,
      },
    };
  }

  /** x (tokens, n) → y (tokens, m). To be called inside `tf.tidy`. */
  forward(x: tf.Tensor2D): { y: tf.Tensor2D; saved: LinearSaved } {
    return adaptedLinear(x, this.operands);
  }

  /**
   * dy (tokens, m) → dx (tokens, n) and the gradients of the factors that train. To be called inside `tf.tidy`.
   *
   * @param input gives x (tokens, n) again; asked only where `A` or `delta` trains
   */
  backward(
    dy: tf.Tensor2D,
    saved: LinearSaved,
    input: () => tf.Tensor2D,
  ): { dx: tf.Tensor2D; gradients: FactorGradients } {
    return adaptedLinearBackward(dy, saved, this.operands, input);
  }

  dispose(): void {
    dispose([this.#weight, this.#packed, this.bias]);
  }

  /** Takes the start of an update off the weight, or puts it back. */
  #takeOff(update: Update, sign: 1 | -1): void {
    const { start, scaling } = update;
    if (!start || keepsWeight(update)) return;
    const weight = this.#weight;
    if (isPacked(weight)) {
      dispose(weight.less);
      const less = sign === 1 ? { outer: outerFactor(start, scaling), A: tf.clone(start.A) } : null;
      this.#weight = { ...weight, less };
    } else {
      this.#weight = tidy(() => subtractProduct(weight, outerFactor(start, sign * scaling), start.A));
      weight.dispose();
    }
  }

  /** The frozen weight (m, n) in float32, without an update folded in. To be called inside `tf.tidy`. */
  #frozen(): tf.Tensor2D {
    if (!this.#merged) return unpack(this.#weight);
    return this.#packed ? unpack(this.#packed) : frozenWeight(this.weight, this.#update!);
  }
}

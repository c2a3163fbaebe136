import * as tf from "@tensorflow/tfjs-core";
import type { Linear } from "../nn/linear.ts";
import { softmaxLoss } from "../nn/softmax_loss.ts";
import { squaredError } from "../nn/squared_error.ts";
import { tidy } from "../tensor/tidy.ts";
import type { EncoderBody, EncoderInput } from "./encoder_body.ts";
import type { LossAndGradients, PassOptions } from "./loss_and_gradients.ts";
import type { SequenceHead } from "./sequence_head.ts";

/** Sequences with what should come out for each. */
export type Labelled<Input extends EncoderInput> = Input & {
  /** (size) the class of each sequence, or for a regression its number. */
  readonly targets: ArrayLike<number>;
};

/** A linear map that trains whole beside an adapter (PEFT's `modules_to_save`). */
export interface HeadMap {
  readonly linear: Linear;
  /** Of the normal distribution that a new map's weight is drawn from; 0 for a map that came with the model. */
  readonly deviation: number;
}

/**
 * An encoder with a head on the first token of each sequence: a class among several with the cross-entropy, or, with one
 * label, a number with the squared error. It owns encoder and head.
 */
export class SequenceClassifier<Input extends EncoderInput> {
  /** Every linear map that can be adapted, by its dotted name. */
  readonly linears: ReadonlyMap<string, Linear>;
  /** The maps that train whole beside an adapter unless it names others. */
  readonly head: ReadonlyMap<string, HeadMap>;

  /**
   * @param digest SHA-256 of the files that the weights came from, to be awaited; adapters are bound to it
   * @param trained the maps of the head that train whole; its others can be adapted
   */
  constructor(
    readonly name: string,
    readonly digest: string | PromiseLike<string>,
    readonly encoder: EncoderBody<Input>,
    private readonly layers: SequenceHead,
    trained: readonly HeadMap[],
  ) {
    this.head = new Map(trained.map((map) => [map.linear.name, map]));
    const adaptable = layers.linears.filter(({ name }) => !this.head.has(name));
    this.linears = new Map([
      ...encoder.linears,
      ...adaptable.map((linear) => [linear.name, linear] as const),
    ]);
  }

  /** Classes, or 1 for a regression. */
  get labels(): number {
    return this.layers.output.outputs;
  }

  /** Numbers in encoder and head. */
  get parameters(): number {
    return this.layers.linears.reduce((sum, linear) => sum + linear.parameters, this.encoder.parameters);
  }

  /** One row for each sequence: (size, labels). The caller owns it. */
  logits(input: Input): tf.Tensor2D {
    return tidy(() => this.layers.forward(firstStates(this.encoder.hiddenStates(input), input)).logits);
  }

  /**
   * Mean loss over the sequences and its gradient by the factors that train, the head's among them.
   *
   * @param weight the share of each sequence in the loss; 1 / sequences (the default) gives the mean
   * @throws UsageError for a precision that the backend does not have
   */
  lossAndGradients(
    batch: Labelled<Input>,
    weight = 1 / batch.targets.length,
    options: PassOptions = {},
  ): LossAndGradients {
    const pass = this.encoder.forward(batch, options);
    try {
      const { loss, dh, gradients } = tidy(() => {
        const first = firstStates(pass.h, batch); // (size, d)
        const { logits, saved } = this.layers.forward(first);
        const { loss, dLogits } = this.#loss(logits, batch.targets, weight);
        const { dFirst, gradients } = this.layers.backward(dLogits, first, saved);
        return { loss, dh: scatterFirst(dFirst, batch), gradients: [...gradients] };
      });
      return { loss, gradients: new Map([...pass.backward(dh), ...gradients]) };
    } finally {
      pass.dispose();
    }
  }

  /** Mean loss over the sequences, without gradients. */
  loss(batch: Labelled<Input>): tf.Scalar {
    return tidy(() => this.#loss(this.logits(batch), batch.targets, 1 / batch.targets.length).loss);
  }

  dispose(): void {
    this.encoder.dispose();
    this.layers.dispose();
  }

  #loss(
    logits: tf.Tensor2D,
    targets: ArrayLike<number>,
    weight: number,
  ): { loss: tf.Scalar; dLogits: tf.Tensor2D } {
    if (this.labels > 1) return softmaxLoss(logits, tf.tensor1d(Int32Array.from(targets)), weight);
    const { loss, dPredictions } = squaredError(logits, tf.tensor1d(Float32Array.from(targets)), weight);
    return { loss, dLogits: dPredictions };
  }
}

/** The first token's state of each sequence: h (size · length, d) → (size, d). */
function firstStates(h: tf.Tensor2D, { size, length }: EncoderInput): tf.Tensor2D {
  const sequences = tf.reshape(h, [size, length, -1]);
  return tf.reshape(tf.slice(sequences, [0, 0, 0], [-1, 1, -1]), [size, -1]);
}

/** The gradient of {@linkcode firstStates}: dFirst (size, d) → (size · length, d). */
function scatterFirst(dFirst: tf.Tensor2D, { size, length }: EncoderInput): tf.Tensor2D {
  const padded = tf.pad3d(tf.reshape(dFirst, [size, 1, -1]), [[0, 0], [0, length - 1], [0, 0]]);
  return tf.reshape(padded, [size * length, -1]);
}

import assert from "node:assert/strict";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import type { Adapter } from "../../lib/adapters/adapter.ts";
import { loadPeft } from "../../lib/adapters/load_peft.ts";
import { readSafetensors } from "../../lib/formats/safetensors.ts";
import { openSafetensorsFolder } from "../../lib/formats/safetensors_folder.ts";
import type { EncoderArchitecture, EncoderHead } from "../../lib/models/encoder_architecture.ts";
import type { EncoderBody, EncoderInput } from "../../lib/models/encoder_body.ts";
import { EncoderReader } from "../../lib/models/encoder_reader.ts";
import { openModelFolder } from "../../lib/models/model_folder.ts";
import type { PassOptions } from "../../lib/models/loss_and_gradients.ts";
import type { Labelled, SequenceClassifier } from "../../lib/models/sequence_classifier.ts";
import { dispose, tidy } from "../../lib/tensor/tidy.ts";
import { assertAllClose, assertNoLeak, maxAbs } from "../tensor_assertions.ts";

/** What transformers made of one batch. */
export interface GoldenBatch {
  readonly targets: readonly number[];
  /** Without the adapter. */
  readonly plain: readonly (readonly number[])[];
  readonly logits: readonly (readonly number[])[];
  readonly loss: number;
  /** The last hidden states (size, length, d). */
  readonly hidden: readonly (readonly (readonly number[])[])[];
}

/** Where the golden values of a model lie. */
export function goldenFolder(name: string): string {
  return join(import.meta.dirname!, "..", "golden", "encoders", name);
}

/** Reads a tiny model without a tokenizer. */
export async function readGolden<Input extends EncoderInput>(
  name: string,
  { body, read, readHead }: EncoderArchitecture<Input>,
  labels: number,
): Promise<{ encoder: EncoderBody<Input>; head: EncoderHead }> {
  const { config } = await openModelFolder(goldenFolder(name));
  await using file = await openSafetensorsFolder(goldenFolder(name));
  const reader = new EncoderReader(file, body, true, {});
  return { encoder: await read(reader, config), head: await readHead(reader, config, labels) };
}

/**
 * Compares a tiny model with transformers on every batch: logits without and with an adapter as PEFT saved it, hidden states,
 * loss, and the gradient of every factor and of the head, with activations kept and made anew.
 *
 * @param lengths tokens of each sequence that are not padding
 */
export async function compareWithTransformers<Input extends EncoderInput>(
  name: string,
  load: () => Promise<SequenceClassifier<Input>>,
  batches: readonly (GoldenBatch & { readonly input: Input; readonly lengths: readonly number[] })[],
): Promise<void> {
  await assertNoLeak(async () => {
    const model = await load();
    for (const { input, plain } of batches) await assertLogits(model, input, plain);
    const adapter = await loadPeft(model, join(goldenFolder(name), "adapter"));
    const { tensors } = await readSafetensors(join(goldenFolder(name), "gradients.safetensors"));
    for (const [i, { input, lengths, logits, hidden, loss, targets }] of batches.entries()) {
      await assertLogits(model, input, logits);
      await assertHidden(model, input, lengths, hidden);
      for (const options of [{}, { recompute: true }] as PassOptions[]) {
        const step = model.lossAndGradients({ ...input, targets } as Labelled<Input>, undefined, options);
        await assertAllClose(step.loss, [loss], { rtol: 1e-4, atol: 1e-5 });
        let compared = 0;
        for (const { linear, factor } of adapter.parameters) {
          const gradient = step.gradients.get(linear.name)![factor]!;
          const wanted = tensors.get(`${i}.${goldenName(adapter, linear.name, factor)}`);
          assert.ok(wanted, `${linear.name}.${factor} has no golden gradient`);
          const expected = tf.tensor(wanted.data, [...wanted.shape]);
          await assertAllClose(gradient, expected, { rtol: 0, atol: 1e-3 * await maxAbs(expected) });
          expected.dispose();
          compared++;
        }
        assert.equal(compared, tensors.size / batches.length, "every golden gradient is compared");
        dispose([step.loss, [...step.gradients.values()]]);
      }
    }
    adapter.remove();
    model.dispose();
  });
}

/** What PEFT calls a parameter. */
function goldenName(adapter: Adapter, linear: string, factor: string): string {
  if (!adapter.spec.modules_to_save.includes(linear)) return `${linear}.lora_${factor}.weight`;
  const [module, ...rest] = linear.split(".");
  return [module, "modules_to_save", ...rest, factor === "delta" ? "weight" : "bias"].join(".");
}

async function assertLogits<Input extends EncoderInput>(
  model: SequenceClassifier<Input>,
  input: Input,
  expected: readonly (readonly number[])[],
): Promise<void> {
  const logits = model.logits(input);
  assert.deepEqual(logits.shape, [expected.length, expected[0]!.length]);
  await assertAllClose(logits, expected.flat(), { rtol: 0, atol: 1e-4 });
  logits.dispose();
}

/** States of padding are nobody's, and are passed over. */
async function assertHidden<Input extends EncoderInput>(
  model: SequenceClassifier<Input>,
  input: Input,
  lengths: readonly number[],
  expected: GoldenBatch["hidden"],
): Promise<void> {
  const h = model.encoder.hiddenStates(input);
  const rows = lengths.flatMap((tokens, b) => Array.from({ length: tokens }, (_, i) => b * input.length + i));
  const states = tidy(() => tf.gather(h, tf.tensor1d(rows, "int32")));
  const wanted = expected.flatMap((sequence, b) => sequence.slice(0, lengths[b]).flat());
  await assertAllClose(states, wanted, { rtol: 0, atol: 1e-4 });
  dispose([h, states]);
}

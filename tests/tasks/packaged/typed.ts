// What the package's declarations say, seen by TypeScript's compiler in a project that has the package.
import {
  adapt,
  type Adapter,
  type Figure,
  findMethod,
  keptRecords,
  lossCurves,
  Random,
  randomLlama,
  tf,
} from "nlora";

const config = {
  vocab_size: 8,
  hidden_size: 4,
  intermediate_size: 8,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  head_dim: 2,
  max_position_embeddings: 8,
  rope_theta: 10,
  rms_norm_eps: 1e-5,
};
const model = randomLlama(config, new Random(0));
export const adapter: Adapter = await adapt(model, { method: "nlora", rank: 2, alpha: 2, seed: 0 });
export const title: string = findMethod("lora").title;
export const zeros: tf.Tensor2D = tf.zeros([2, 2]);
const figure: Figure = lossCurves(keptRecords("gsm8k"));
// @ts-expect-error: a rank is a number
await adapt(model, { method: "nlora", rank: "2", alpha: 2, seed: 0 });
// @ts-expect-error: Plotly's own types say that a height is a number
export const height: string = figure.layout.height;

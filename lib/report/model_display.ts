import type { Adaptable } from "../adapters/adaptable.ts";
import type { Linear } from "../nn/linear.ts";
import { trainedTensor } from "../nn/update.ts";
import type { MediaBundle } from "./jupyter.ts";
import { linearWords } from "./linear_words.ts";
import { shortNumber } from "./short_number.ts";
import { groupAlike, type Tree, treeHtml, treeText } from "./tree.ts";

/** A model as far as it is shown. */
export interface ShownModel extends Adaptable {
  readonly name: string;
  /** Numbers in the frozen weights. */
  readonly parameters: number;
}

/**
 * A model as the tree of its linear maps, by their dotted names: shape (m, n) and storage of each weight, and beside it the
 * factors of the adapter in use. Layers that are alike are one entry.
 *
 * @example
 * ```ts
 * import { modelBundle, Random, randomLlama, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const config = {
 *   vocab_size: 16, hidden_size: 8, intermediate_size: 12, num_hidden_layers: 2, num_attention_heads: 2,
 *   num_key_value_heads: 1, head_dim: 4, max_position_embeddings: 32, rope_theta: 100, rms_norm_eps: 1e-5,
 * };
 * const text = modelBundle(randomLlama(config, new Random(0)))["text/plain"];
 * assert.match(text as string, /0–1 \(2 alike\)\n +self_attn\n +q_proj \(8, 8\) float32/);
 * ```
 */
export function modelBundle(model: ShownModel): MediaBundle {
  const linears = [...model.linears.values()];
  const rest = model.parameters - linears.reduce((sum, { outputs, inputs }) => sum + outputs * inputs, 0);
  const others = { name: "embedding, norms and output", words: count(rest), parts: [] };
  const tree: Tree = {
    name: model.name,
    words: `${count(model.parameters)}${adapterWords(linears, model.parameters)}`,
    parts: [
      ...treeOf(linears.map((linear) => [linear.name.split("."), linear])),
      ...rest > 0 ? [others] : [],
    ],
  };
  const grouped = groupAlike(tree);
  return { "text/html": treeHtml(grouped), "text/plain": treeText(grouped) };
}

function treeOf(linears: readonly (readonly [path: readonly string[], linear: Linear])[]): Tree[] {
  const groups = Map.groupBy(linears, ([[name]]) => name!);
  return [...groups].map(([name, members]) => {
    const inner = members.filter(([path]) => path.length > 1);
    const own = members.find(([path]) => path.length === 1);
    return {
      name,
      words: own ? linearWords(own[1]) : "",
      parts: treeOf(inner.map(([path, linear]) => [path.slice(1), linear])),
    };
  });
}

function adapterWords(linears: readonly Linear[], parameters: number): string {
  const adapted = linears.filter(({ update }) => update);
  if (adapted.length === 0) return "";
  const tensors = adapted.flatMap(({ update }) =>
    [...update!.trains].map((name) => trainedTensor(update!, name))
  );
  const trained = [...new Set(tensors)].reduce((sum, { size }) => sum + size, 0);
  const share = shortNumber(100 * trained / parameters);
  return `; an adapter on ${adapted.length} of ${linears.length} linear maps, of which ` +
    `${count(trained)} train (${share} % of the model's)`;
}

function count(parameters: number): string {
  return `${parameters.toLocaleString("en-US")} parameters`;
}

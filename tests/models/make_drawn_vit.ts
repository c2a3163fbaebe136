// Makes data/models/vit-drawn: a small ViT with random weights, whose linear maps are trained on drawn pictures of filled shapes and
// nothing else. Patches, positions and norms stay as they are drawn. The head is left out.
// deno run -A --unstable-webgpu tests/models/make_drawn_vit.ts [STEPS]
import { join } from "node:path";
import { adapt } from "../../lib/adapters/adapt.ts";
import { classifyPictures } from "../../lib/evaluation/classify_pictures.ts";
import { drawPictures, pictureSide, pictureTasks } from "../../lib/evaluation/drawn_pictures.ts";
import { accuracy } from "../../lib/evaluation/metrics/accuracy.ts";
import { type NamedArray, writeSafetensors } from "../../lib/formats/safetensors.ts";
import { loadImageClassifier } from "../../lib/models/load_model.ts";
import { Random } from "../../lib/tensor/random.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { trainPictures } from "../../lib/training/train_pictures.ts";

const [task] = pictureTasks;
const folder = join(import.meta.dirname!, "..", "..", "data", "models", "vit-drawn");
const [d, ffn, layers, side] = [64, 128, 3, 4];
const config = {
  model_type: "vit",
  hidden_size: d,
  intermediate_size: ffn,
  num_hidden_layers: layers,
  num_attention_heads: 4,
  image_size: pictureSide,
  patch_size: side,
  num_channels: 1,
  hidden_act: "gelu",
  layer_norm_eps: 1e-12,
  qkv_bias: true,
};
const random = new Random(0).fork("vit-drawn");
const arrays = new Map<string, NamedArray>();
const put = (name: string, shape: number[], mean: number, deviation: number) => {
  const size = shape.reduce((a, b) => a * b);
  arrays.set(`vit.${name}`, { shape, data: random.normal(size, mean, deviation) });
};
const map = (name: string, outputs: number, inputs: number) => {
  put(`${name}.weight`, [outputs, inputs], 0, 1 / Math.sqrt(inputs));
  put(`${name}.bias`, [outputs], 0, 0);
};
const norm = (name: string) => {
  put(`${name}.weight`, [d], 1, 0);
  put(`${name}.bias`, [d], 0, 0);
};
put("embeddings.cls_token", [1, 1, d], 0, 0.5);
put("embeddings.position_embeddings", [1, 1 + (pictureSide / side) ** 2, d], 0, 0.5);
put("embeddings.patch_embeddings.projection.weight", [d, 1, side, side], 0, 1 / side);
put("embeddings.patch_embeddings.projection.bias", [d], 0, 0);
for (let i = 0; i < layers; i++) {
  for (const part of ["q_proj", "k_proj", "v_proj", "o_proj"]) map(`layers.${i}.attention.${part}`, d, d);
  map(`layers.${i}.mlp.fc1`, ffn, d);
  map(`layers.${i}.mlp.fc2`, d, ffn);
  norm(`layers.${i}.layernorm_before`);
  norm(`layers.${i}.layernorm_after`);
}
norm("layernorm");

await Deno.mkdir(folder, { recursive: true });
await Deno.writeTextFile(join(folder, "config.json"), `${JSON.stringify(config, null, 2)}\n`);
const weights = join(folder, "model.safetensors");
await writeSafetensors(weights, arrays, { format: "pt" });

await useBackend();
const model = await loadImageClassifier(folder, { labels: task!.classes.length });
const adapter = await adapt(model, { method: "full", rank: 1 });
const pictures = drawPictures(task!, { split: "train", count: 8192, seed: 0 });
const { points } = await trainPictures(model, adapter, pictures, {
  steps: Number(Deno.args[0] ?? 300),
  batch: 64,
  learningRate: 1e-3,
  warmupSteps: 50,
  shuffleSeed: 0,
  onStep: ({ step, loss }) => step % 50 === 0 && console.log(step, loss),
});
const test = drawPictures(task!, { split: "test", count: 1024, seed: 0 });
const classes = await classifyPictures(model, test);
console.log(points.length, "steps; accuracy", accuracy(classes, test.map(({ target }) => target)));
adapter.merge();
for (const { name, weight } of model.linears.values()) {
  if (!("data" in weight)) throw new Error(`${name} is not in float32`);
  arrays.set(`${name}.weight`, {
    shape: weight.shape,
    data: await weight.data<"float32">() as Float32Array<ArrayBuffer>,
  });
}
await writeSafetensors(weights, arrays, { format: "pt" });
model.dispose();

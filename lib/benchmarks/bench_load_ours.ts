import process from "node:process";
import * as tf from "@tensorflow/tfjs-core";
import { openGguf } from "../formats/gguf.ts";
import { loadEncoder, loadModel } from "../models/load_model.ts";
import { peakMemory } from "../tensor/peak_memory.ts";
import { useBackend } from "../tensor/use_backend.ts";
import { tokenizerFromGguf } from "../text/gguf_tokenizer.ts";
import { tokenizerFromFolder } from "../text/tokenizer_folder.ts";
import type { LoadCase, LoadTimes } from "./load_case.ts";

// Loads a model with its tokenizer, as bench_load_transformers.py does; prints one JSON line. Argument: the case as JSON.
const { kind, path, tokenizerBefore } = JSON.parse(process.argv[2]!) as LoadCase;
await useBackend();
tf.tidy(() => tf.matMul(tf.ones([64, 64]), tf.ones([64, 64])).dataSync());
const before = tokenizerBefore ? await tokenizerOf(path) : null;
peakMemory.start();
const resident = peakMemory.read();
const begun = performance.now();
const model = kind === "decoder" ? await loadModel(path) : await loadEncoder(path);
const times: LoadTimes = {
  seconds: (performance.now() - begun) / 1000,
  peak_memory_bytes: peakMemory.read() - resident,
  tensor_bytes: tf.memory().numBytes,
};
if (before && before.vocabSize !== model.tokenizer.vocabSize) throw new Error("two tokenizers were loaded");
process.stdout.write(JSON.stringify(times) + "\n");

async function tokenizerOf(path: string) {
  if (!path.endsWith(".gguf")) return await tokenizerFromFolder(path);
  await using file = await openGguf(path);
  return tokenizerFromGguf(file.metadata);
}

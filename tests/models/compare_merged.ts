/**
 * Merges an adapter into each golden decoder, and NLoRA into SmolLM2, writes the models, has transformers load them with their
 * tokenizers, and compares ids and logits. Ends with 1 where one differs.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import process from "node:process";
import { adapt } from "../../lib/adapters/adapt.ts";
import { loadPeft } from "../../lib/adapters/load_peft.ts";
import { peerPython } from "../../lib/benchmarks/bench_peer.ts";
import { execute } from "../../lib/benchmarks/execute.ts";
import { readSafetensors } from "../../lib/formats/safetensors.ts";
import { findModel } from "../../lib/models/find_model.ts";
import type { Llama } from "../../lib/models/llama.ts";
import { loadModel } from "../../lib/models/load_model.ts";
import { saveModel } from "../../lib/models/save_model.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { disturb } from "../adapters/disturb.ts";
import { withFolder } from "../temporary_folder.ts";
import { type DecoderCase, decoderFolder } from "./golden_decoders.ts";

const goldens: readonly DecoderCase[] = ["llama", "llama3", "llama_linear", "mistral", "qwen2", "gemma"];
const text = "a mix of 3 things";
/** Largest absolute difference that is allowed, as a share of the largest logit. */
const tolerance = 1e-4;

/** What this library gives for a model that it wrote. */
interface Written {
  readonly ids: number[];
  readonly logits: Float32Array;
}

async function write(model: Llama, source: string, folder: string): Promise<Written> {
  const golden = source !== await findModel("smollm2-135m-instruct");
  const adapter = golden
    ? await loadPeft(model, join(source, "adapter"))
    : await adapt(model, { method: "nlora", rank: 8 });
  if (!golden) disturb(adapter);
  const ids = model.tokenizer.encode(text);
  const logits = model.logits(Int32Array.from(ids), 1);
  const written = { ids, logits: await logits.data() as Float32Array };
  logits.dispose();
  adapter.merge();
  await saveModel(model, folder, source);
  adapter.remove();
  return written;
}

await useBackend();
await withFolder(async (folder) => {
  const models = join(folder, "models");
  const ours = new Map<string, Written>();
  for (const name of [...goldens, "smollm2-135m-instruct"]) {
    const source = name === "smollm2-135m-instruct"
      ? await findModel(name)
      : decoderFolder(name as DecoderCase);
    const model = await loadModel(source);
    ours.set(name, await write(model, source, join(models, name)));
    model.dispose();
  }
  const out = join(folder, "theirs.safetensors");
  await execute(await peerPython(), [join(import.meta.dirname!, "compare_merged.py"), models, out, text]);
  const { tensors } = await readSafetensors(out);
  for (const [name, { ids, logits }] of ours) {
    assert.deepEqual([...tensors.get(`${name}.ids`)!.data], ids, name);
    const theirs = tensors.get(`${name}.logits`)!.data;
    assert.equal(theirs.length, logits.length, name);
    const largest = logits.reduce((most, logit) => Math.max(most, Math.abs(logit)), 0);
    const difference = logits.reduce((most, logit, i) => Math.max(most, Math.abs(logit - theirs[i]!)), 0);
    const share = (difference / largest).toExponential(1);
    process.stdout.write(`${name}: ${ids.length} ids equal, logits differ by ${share} of the largest\n`);
    if (difference > tolerance * largest) process.exitCode = 1;
  }
});

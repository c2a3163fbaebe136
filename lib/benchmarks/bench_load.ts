import process from "node:process";
import { findModel } from "../models/find_model.ts";
import { benchLine, type BenchRow, benchRow } from "./bench_row.ts";
import type { LoadCase, LoadTimes } from "./load_case.ts";
import { median } from "./median.ts";
import { runScript } from "./run_script.ts";

const models = [
  { title: "SmolLM2-135M (GGUF, Q4_1)", name: "smollm2-135m-instruct", kind: "decoder", rounds: 3 },
  { title: "MiniLM-L6 (safetensors)", name: "minilm-l6", kind: "encoder", rounds: 7 },
] as const;

/**
 * Loading a model with its tokenizer in float32 against transformers, until each weight has been read from the file: the first
 * load of a process, in a process each, in turn; with all modules imported and one product computed before. The medians of the
 * times, and of the peaks of the memory in use above what was in use before. The peak is also compared with the size of the
 * tensors, which nothing can go below; and once more for processes that hold the tokenizer already, which leaves the weights.
 * Models can be chosen by a part of their names.
 */
export async function benchLoad(only = ""): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const model of models.filter(({ title }) => title.includes(only))) {
    const measured = await compareLoads(model);
    process.stderr.write(measured.map((row) => `${benchLine(row)}\n`).join(""));
    rows.push(...measured);
  }
  return rows;
}

async function compareLoads({ title, name, kind, rounds }: (typeof models)[number]): Promise<BenchRow[]> {
  const given: LoadCase = { kind, path: await findModel(name), tokenizerBefore: false };
  const peer: LoadTimes[] = [];
  const ours: LoadTimes[] = [];
  const weights: LoadTimes[] = [];
  const run = (script: string, asked: LoadCase) => runScript<LoadTimes>(script, [JSON.stringify(asked)]);
  for (let round = 1; round <= rounds; round++) {
    process.stderr.write(`${title}, round ${round} of ${rounds}: transformers … `);
    peer.push(await run("bench_load_transformers.py", given));
    process.stderr.write("ours … ");
    ours.push(await run("bench_load_ours.ts", given));
    weights.push(await run("bench_load_ours.ts", { ...given, tokenizerBefore: true }));
    process.stderr.write("done\n");
  }
  const seconds = (times: readonly LoadTimes[]) => median(times.map((t) => t.seconds));
  const peak = (times: readonly LoadTimes[]) => median(times.map((t) => t.peak_memory_bytes)) / 2 ** 20;
  const tensors = ours[0]!.tensor_bytes / 2 ** 20;
  return [
    benchRow(`${title}: load / transformers, time`, seconds(ours), seconds(peer), "s"),
    benchRow(`${title}: load / transformers, peak memory`, peak(ours), peak(peer), "MiB"),
    benchRow(`${title}: load / tensors, peak memory`, peak(ours), tensors, "MiB"),
    benchRow(`${title}: load with the tokenizer there / tensors, peak memory`, peak(weights), tensors, "MiB"),
  ];
}

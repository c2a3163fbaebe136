import assert from "node:assert/strict";
import { mkdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Evaluation } from "../../lib/evaluation/evaluate.ts";
import { scorePredictions } from "../../lib/evaluation/score_predictions.ts";
import { findTask } from "../../lib/evaluation/tasks.ts";
import { readRecords } from "../../lib/experiments/read_records.ts";
import { runEvaluation } from "../../lib/experiments/run_evaluation.ts";
import { tinyGgufLlama } from "../models/tiny_gguf_llama.ts";
import { temporaryFolder } from "../temporary_folder.ts";

Deno.test("an evaluation is kept by lines, goes on after a torn one, and is scored again from its file", async () => {
  const folder = temporaryFolder();
  const model = join(folder, "tiny.gguf");
  await writeFile(model, tinyGgufLlama(0));
  const out = join(folder, "evaluation");
  const lines = join(out, "examples.jsonl");
  const spec = {
    model,
    weights: "float32",
    adapter: null,
    task: "arithmetic",
    limit: 3,
    seed: 0,
    batch: 2,
  } as const;

  const first = await runEvaluation(spec, { out });
  const text = await readFile(lines, "utf8");
  assert.deepEqual(
    text.trim().split("\n").toSorted(), // which stand in the order in which they were finished
    first.evaluation!.examples.map((example) => JSON.stringify(example)).toSorted(),
  );
  const { run, train, eval: scored, meta } = first.record;
  assert.deepEqual([run.status, run.spec, train, scored!.n], ["done", spec, null, 3]);
  assert.equal(meta.adapter_digest, null);
  assert.deepEqual(JSON.parse(await readFile(join(out, "record.json"), "utf8")), first.record);
  assert.deepEqual(readRecords(folder), []); // which are of trained adapters

  const again = await scorePredictions(findTask("arithmetic"), lines);
  assert.deepEqual([again.n, again.value, again.problems], [3, scored!.value, []]);

  await assert.rejects(
    runEvaluation(spec, { out }),
    /examples\.jsonl is there already; go on with it by --resume/,
  );
  await assert.rejects(
    runEvaluation({ ...spec, seed: 1 }, { out, resume: true }),
    /is of other work: data_digest is .* give what it was begun with/,
  );
  await truncate(lines, text.length - 9);
  const told: number[] = [];
  const { evaluation } = await runEvaluation(spec, {
    out,
    resume: true,
    onExample: (n, _, from) => told.push(from, n),
  });
  assert.deepEqual(told, [2, 3]);
  assert.deepEqual(evaluation, first.evaluation);
  assert.equal(await readFile(lines, "utf8"), text);
});

Deno.test("an evaluation with fewer tokens says so, and is other work", async () => {
  const folder = temporaryFolder();
  const model = join(folder, "tiny.gguf");
  await writeFile(model, tinyGgufLlama(0));
  const out = join(folder, "evaluation");
  const spec = {
    ...{ model, adapter: null, task: "arithmetic", limit: 1, seed: 0, batch: 1, max_new_tokens: 2 },
    weights: "float32",
  } as const;
  const { record, evaluation } = await runEvaluation(spec, { out });
  assert.equal(record.run.spec.max_new_tokens, 2);
  const whole = await runEvaluation({ ...spec, max_new_tokens: 40 }, { out: join(folder, "whole") });
  assert.ok(whole.evaluation!.examples[0]!.output.startsWith(evaluation!.examples[0]!.output));
  assert.ok(evaluation!.examples[0]!.output.length < whole.evaluation!.examples[0]!.output.length);
  await assert.rejects(
    runEvaluation({ ...spec, max_new_tokens: 40 }, { out, resume: true }),
    /maxNewTokens is 2 there and 40 here/,
  );
});

Deno.test("an evaluation that fails under way has a record that says so, and keeps what was judged", async () => {
  const folder = temporaryFolder();
  const model = join(folder, "tiny.gguf");
  await writeFile(model, tinyGgufLlama(0));
  const out = join(folder, "evaluation");
  const shared = { weights: "float32", adapter: null, task: "arithmetic", seed: 0 } as const;
  const spec = { model, ...shared, limit: 2, batch: 1 };
  const onExample = () => {
    throw new Error("the machine gave up");
  };
  const { record, evaluation } = await runEvaluation(spec, { out, onExample });
  assert.deepEqual([evaluation, record.eval], [null, null]);
  assert.deepEqual([record.run.status, record.run.error], ["failed", "the machine gave up"]);
  assert.deepEqual(JSON.parse(await readFile(join(out, "record.json"), "utf8")), record);
  const lines = await readFile(join(out, "examples.jsonl"), "utf8");
  assert.ok(lines.endsWith("\n"));
  const again = await runEvaluation(spec, { out, resume: true });
  assert.deepEqual([again.record.run.status, again.evaluation!.n], ["done", 2]);
  assert.ok((await readFile(join(out, "examples.jsonl"), "utf8")).startsWith(lines));
});

Deno.test("several samples are drawn by the seed and their ids, go on as they began, and give pass@k", async () => {
  const folder = temporaryFolder();
  const model = join(folder, "tiny.gguf");
  await writeFile(model, tinyGgufLlama(0));
  await mkdir(join(folder, "humaneval"));
  const prompt = "def f(x):\n";
  const row = {
    task_id: "H/0",
    prompt,
    canonical_solution: "",
    test: "def check(f): pass\n",
    entry_point: "f",
  };
  await writeFile(join(folder, "humaneval", "HumanEval.jsonl"), JSON.stringify(row));
  const [out, lines] = [join(folder, "evaluation"), join(folder, "evaluation", "examples.jsonl")];
  const spec = {
    ...{ model, adapter: null, task: "humaneval", limit: 1, seed: 3, batch: 2, max_new_tokens: 4 },
    ...{ weights: "float32" as const, samples: 2, temperature: 1 },
  };
  const { record, evaluation } = await runEvaluation(spec, { data: folder, out });
  assert.deepEqual(evaluation!.examples.map(({ id }) => id), ["H/0#1", "H/0#2"]);
  const outputs = (evaluation as Evaluation).examples.map(({ output }) => output);
  assert.ok(new Set(outputs).size > 1, outputs.join("|"));
  assert.deepEqual(Object.keys(record.eval!.metrics!), ["pass@1", "pass@2"]);
  assert.equal(record.eval!.value, record.eval!.metrics!["pass@1"]);
  const { value, metrics } = await scorePredictions(findTask("humaneval"), lines);
  assert.deepEqual([value, metrics], [evaluation!.value, evaluation!.metrics]);

  const kept = (await readFile(lines, "utf8")).split("\n", 1)[0] + "\n";
  await writeFile(lines, kept);
  const again = await runEvaluation(spec, { data: folder, out, resume: true });
  assert.deepEqual((again.evaluation as Evaluation).examples.map(({ output }) => output), outputs);

  const refused = (more: object, words: RegExp) =>
    assert.rejects(runEvaluation({ ...spec, ...more }, { data: folder, out: join(folder, "no") }), words);
  await refused({ temperature: 0 }, /2 samples at temperature 0 are all the same/);
  await refused({ task: "arithmetic" }, /arithmetic counts one answer to a question; leave samples out/);
  await refused({ task: "glue/rte" }, /leave max-new-tokens, samples and temperature out/);
});

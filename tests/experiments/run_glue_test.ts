import assert from "node:assert/strict";
import { join } from "node:path";
import type { RunRecord } from "../../lib/experiments/record.ts";
import { recordText } from "../../lib/experiments/record_text.ts";
import { run } from "../../lib/experiments/run.ts";
import type { RunProgress } from "../../lib/experiments/run_options.ts";
import { runAll } from "../../lib/experiments/run_all.ts";
import { runEvaluation } from "../../lib/experiments/run_evaluation.ts";
import { completeSpec, type PartialSpec } from "../../lib/experiments/spec.ts";
import { findGlueTask } from "../../lib/evaluation/glue.ts";
import { glueScorer } from "../../lib/evaluation/score_glue.ts";
import { scorePredictions } from "../../lib/evaluation/score_predictions.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { reviews, writeSplits } from "../evaluation/glue_folder.ts";
import { goldenFolder } from "../models/golden_encoder.ts";
import { tinyBert } from "../models/tiny_bert.ts";
import { assertNoLeak } from "../tensor_assertions.ts";
import { withFolder } from "../temporary_folder.ts";

await useBackend();

/** Runs `use` with a spec on the tiny BERT and small data in an empty folder; no tensor may be left behind. */
const withSpec = (use: (spec: PartialSpec, options: { data: string; out: string }) => Promise<void>) =>
  withFolder(async (folder) => {
    const model = await tinyBert(folder);
    const data = join(folder, "data");
    await writeSplits(data, "glue/sst2", { train: reviews(12), validation: reviews(7) });
    const pairs = (count: number) =>
      Array.from({ length: count }, (_, i) => ({
        ...{ sentence1: `${"abcd"[i % 4]} x`, sentence2: i % 2 ? "x" : "y z", label: (i * 7 % 11) / 2 },
      }));
    await writeSplits(data, "glue/stsb", { train: pairs(8), validation: pairs(6) });
    const learning = {
      epochs: 2,
      batch: 4,
      learning_rate: 0.05,
      warmup_steps: 0,
      eval_limit: "all",
    } as const;
    const adapter = { method: "nlora", rank: 2, targets: ["query", "value"] };
    const spec = { model, task: "glue/sst2", ...adapter, ...learning };
    await assertNoLeak(() => use(spec, { data, out: join(folder, "out") }));
  });

/** The record without what the clock decides. */
const timeless = ({ train, eval: score, ...rest }: RunRecord) => ({
  ...rest,
  run: { ...rest.run, started: "" },
  train: train && { points: train.points, parameters: train.trainable_parameters },
  eval: score && { ...score, eval_s: 0 },
});

Deno.test("run: a task of GLUE is scored with its new head, after each epoch and at the end, and from its lines", () =>
  withSpec(async (spec, options) => {
    const phases: string[] = [];
    const record = await run(spec, {
      ...options,
      onProgress: ({ phase, done, total }) => {
        assert.ok(done <= total, `${phase} ${done}/${total}`);
        if (phases.at(-1) !== phase) phases.push(phase);
      },
    });
    assert.deepEqual(phases, [
      ...["load", "start", "evaluate before", "train", "evaluate epoch", "train", "evaluate after"],
    ]);
    const { metric, value, before, n, epochs, best, judged } = record.eval!;
    assert.deepEqual([record.run.status, metric, n, record.run.spec.steps], ["done", "accuracy", 7, 6]);
    assert.ok(before! >= 0 && before! <= 1);
    assert.deepEqual(epochs!.map(({ epoch, step }) => [epoch, step]), [[1, 3], [2, 6]]);
    assert.equal(epochs![1]!.value, value);
    const highest = Math.max(...epochs!.map((epoch) => epoch.value));
    assert.deepEqual(best, epochs!.find((epoch) => epoch.value === highest));
    assert.deepEqual(judged!.gold, reviews(7).map(({ label }) => label));
    const right = judged!.outputs.filter((output, i) => output === judged!.gold[i]).length;
    assert.equal(value, right / 7);

    const path = join(options.out, "examples.jsonl");
    const again = await scorePredictions(glueScorer(findGlueTask("glue/sst2")!), path);
    assert.deepEqual([again.value, again.n, again.problems], [value, 7, []]);
    assert.deepEqual(JSON.parse(await Deno.readTextFile(join(options.out, "record.json"))), record);
  }));

Deno.test("runEvaluation: an adapter of a task of GLUE scores what its run did; without one there is no head", () =>
  withSpec(async (spec, { data, out }) => {
    const record = await run(spec, { data, out: join(out, "run") });
    const evaluation = {
      model: spec.model,
      weights: "float32",
      task: spec.task,
      limit: 0,
      seed: 0,
      batch: 4,
    } as const;
    const { record: again } = await runEvaluation({ ...evaluation, adapter: join(out, "run") }, {
      ...{ data, out: join(out, "evaluation") },
    });
    assert.deepEqual([again.run.status, again.eval!.value, again.eval!.n], ["done", record.eval!.value, 7]);
    const refused = (given: object, words: RegExp) =>
      assert.rejects(
        runEvaluation({ ...evaluation, adapter: null, ...given }, { data, out: join(out, "none") }),
        (error) => error instanceof UsageError && words.test(error.message),
      );
    await refused({}, /has no head for glue\/sst2; give an adapter that was trained on it with --adapter/);
    await refused({ max_new_tokens: 5 }, /leave max-new-tokens, .* out/);
  }));

Deno.test("run: a regression learns, by both correlations, and the same spec gives the same record", () =>
  withSpec(async (given, { data }) => {
    const spec = { ...given, task: "glue/stsb", epochs: 8 };
    const record = await run(spec, { data });
    assert.equal(record.eval!.metric, "pearson");
    assert.deepEqual(Object.keys(record.eval!.metrics!), ["pearson", "spearman"]);
    const [first, last] = [record.train!.points[0]!.loss, record.train!.points.at(-1)!.loss];
    assert.ok(last < first, `${first} → ${last}`);
    assert.deepEqual(timeless(await run(spec, { data })), timeless(record));
  }));

Deno.test("run: a DeBERTa-v3 learns a task of GLUE too", () =>
  withSpec(async (given, { data, out }) => {
    const spec = {
      ...given,
      model: goldenFolder("deberta"),
      targets: ["query_proj", "value_proj"],
      epochs: 4,
    };
    const { run: { status }, eval: score, train } = await run(spec, { data, out });
    assert.deepEqual([status, score!.n, score!.epochs!.length], ["done", 7, 4]);
    assert.ok(train!.points.at(-1)!.loss < train!.points[0]!.loss);
  }));

Deno.test("run: one that is interrupted in any of its phases is gone on with, and comes to what an unbroken one does", () =>
  withSpec(async (spec, { data, out }) => {
    const whole = await run(spec, { data, out: join(out, "whole") });
    const interrupts: ((progress: RunProgress) => boolean)[] = [
      ({ phase }) => phase === "evaluate before",
      ({ phase, done }) => phase === "train" && done === 2,
      ({ phase }) => phase === "evaluate epoch",
      ({ phase }) => phase === "evaluate after",
    ];
    const broken = join(out, "broken");
    for (const at of interrupts) {
      const controller = new AbortController();
      const { run: { status } } = await run(spec, {
        ...{ data, out: broken, resume: true, signal: controller.signal },
        onProgress: (progress) => at(progress) && controller.abort(),
      });
      assert.equal(status, "interrupted", String(at));
    }
    const record = await run(spec, { data, out: broken, resume: true });
    assert.deepEqual(timeless(record), timeless(whole));
    const read = (folder: string) => Deno.readTextFile(join(folder, "examples.jsonl"));
    assert.equal(await read(broken), await read(join(out, "whole")));
  }));

Deno.test("run: train_draw draws the training examples by the seed from the whole split", () =>
  withSpec(async (given, { data }) => {
    const digest = async (spec: Partial<PartialSpec>) => {
      const record = await run({ ...given, train_limit: 3, steps: 1, epochs: 0, eval_limit: 0, ...spec }, {
        data,
      });
      return record.meta.data_digest;
    };
    const [first, drawn, again, other] = [
      await digest({}),
      await digest({ train_draw: true }),
      await digest({ train_draw: true }),
      await digest({ train_draw: true, seed: 1 }),
    ];
    assert.equal(drawn, again);
    assert.equal(new Set([first, drawn, other]).size, 3);
    assert.equal(await digest({ train_draw: true, train_limit: 99 }), await digest({ train_limit: 0 }));
    const refused = (words: RegExp) => (error: unknown) =>
      error instanceof UsageError && words.test(error.message);
    await assert.rejects(
      digest({ task: "arithmetic", train_draw: true }),
      refused(/leave .* train_draw out/),
    );
    await assert.rejects(digest({ task: "glue/wnli" }), refused(/unknown task "glue\/wnli"/));
    await assert.rejects(digest({ epochs: -1 }), refused(/epochs -1 is not a number from 0/));
  }));

Deno.test("runAll: a new head is scored before training once for each seed and start", () =>
  withSpec(async (given, { data }) => {
    const specs = [
      ...[{ method: "lora" }, { method: "nlora" }, { method: "nlora", residual: false }],
      ...[{ method: "lora", seed: 1 }],
    ].map((spec) => completeSpec({ ...given, ...spec, epochs: 1 }));
    const scored = new Set<string>();
    const records = await runAll({ name: "heads", specs }, {
      data,
      onProgress: ({ method, residual, seed }, { phase }) =>
        phase === "evaluate before" && scored.add(`${method} ${residual ?? true} ${seed}`),
    });
    assert.deepEqual([...scored], ["lora true 0", "nlora false 0", "lora true 1"]);
    assert.equal(records[1]!.eval!.before, records[0]!.eval!.before);
  }));

Deno.test("recordText: the record again, a line for each list of numbers and each step", () =>
  withSpec(async (spec, { data }) => {
    const record = await run({ ...spec, epochs: 1 }, { data });
    const text = recordText(record);
    assert.deepEqual(JSON.parse(text), record);
    assert.match(text, /\n {4}"points": \[\n {6}\{ "step": 1, "loss": [^\n]*\},\n/);
    assert.match(text, /"gold": \[0, 1, 0, 1, 0, 1, 0\]\n/);
    const odd = { error: "shape [ 1, 2 ] {  }", none: [], values: [null, -1.5e-7] };
    assert.deepEqual(JSON.parse(recordText(odd)), odd);
  }));

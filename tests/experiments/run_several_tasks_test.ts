import assert from "node:assert/strict";
import { join } from "node:path";
import { run } from "../../lib/experiments/run.ts";
import { runAll } from "../../lib/experiments/run_all.ts";
import { readExamples } from "../../lib/experiments/run_examples.ts";
import { recordsByTask } from "../../lib/experiments/records_by_task.ts";
import { completeSpec, type PartialSpec } from "../../lib/experiments/spec.ts";
import { recordFault } from "../../lib/experiments/store/record_fault.ts";
import { recordText } from "../../lib/experiments/record_text.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { writeSplits } from "../evaluation/glue_folder.ts";
import { tinyGgufLlama } from "../models/tiny_gguf_llama.ts";
import { withFolder } from "../temporary_folder.ts";
import { assertNoLeak } from "../tensor_assertions.ts";

await useBackend();

const count = (n: number, row: (i: number) => object) => Array.from({ length: n }, (_, i) => row(i));

/** Runs `use` with a spec that learns MetaMathQA's form and is scored on GSM8K and MATH, all of them small. */
const withSpec = (use: (spec: PartialSpec, options: { data: string; out: string }) => Promise<void>) =>
  withFolder(async (folder) => {
    const [model, data] = [join(folder, "tiny.gguf"), join(folder, "data")];
    await Deno.writeFile(model, tinyGgufLlama());
    await writeSplits(data, "metamath", {
      train: count(3, (i) => ({ query: `${i}?`, response: `The answer is: ${i}`, type: "GSM_Rephrased" })),
    });
    await writeSplits(data, "gsm8k", { test: count(2, (i) => ({ question: `${i}?`, answer: `#### ${i}` })) });
    await writeSplits(data, "math", {
      test: count(2, (i) => ({ problem: `${i}?`, level: "", type: "", solution: `\\boxed{${i}}` })),
    });
    const sizes = { rank: 2, steps: 1, batch: 1, eval_limit: "all", max_new_tokens: 3 } as const;
    const spec = {
      model,
      task: "gsm8k",
      eval_also: ["math"],
      train_set: "metamath",
      method: "nlora",
      ...sizes,
    };
    await assertNoLeak(() => use(spec, { data, out: join(folder, "out") }));
  });

const lines = async (folder: string, file: string) =>
  (await Deno.readTextFile(join(folder, file))).trim().split("\n").map((line) => JSON.parse(line));

Deno.test("run: one training, scored on several tasks, each with its own lines; as records by task they are one each", () =>
  withSpec(async (spec, options) => {
    const told = new Set<string>();
    const record = await run(spec, {
      ...options,
      onProgress: ({ phase, text }) => phase.startsWith("evaluate") && told.add(`${phase} ${text}`),
    });
    assert.deepEqual([record.run.status, record.train!.points.length], ["done", 1]);
    assert.deepEqual([...told], [
      ...["evaluate before gsm8k", "evaluate before math", "evaluate after gsm8k", "evaluate after math"],
    ]);
    const { also, ...own } = record.eval!;
    assert.deepEqual(Object.keys(also!), ["math"]);
    for (const [name, score] of [["gsm8k", own], ["math", also!.math!]] as const) {
      assert.deepEqual([score.metric, score.n, typeof score.before], ["accuracy", 2, "number"], name);
      assert.equal(score.judged!.outputs.length, 2);
      const judged = await lines(options.out, score.examples_file!);
      assert.deepEqual(judged.map(({ id }) => id).sort(), [`${name}/test/0`, `${name}/test/1`]);
    }
    assert.equal((await lines(options.out, "examples_before_math.jsonl")).length, 2);
    assert.deepEqual(recordFault(JSON.parse(recordText(record))), null);
    assert.match(
      recordFault({ ...record, eval: { ...own, also: { math: { ...also!.math, metric: 1 } } } })!,
      /^eval/,
    );
    const written = readExamples(options.out);
    assert.deepEqual(written.map(({ task }) => task), ["gsm8k", "math"]);
    for (const { record: of, before, after, task } of written) {
      assert.deepEqual(of, record);
      for (const examples of [before!, after!]) {
        assert.deepEqual(examples.map(({ id }) => id), [`${task}/test/0`, `${task}/test/1`]);
      }
    }
    const both = recordsByTask([record]);
    assert.deepEqual(both.map(({ run, eval: score }) => [run.spec.task, score]), [["gsm8k", own], [
      "math",
      also!.math,
    ]]);
    assert.deepEqual(recordsByTask(both), both);
  }));

Deno.test("run: where one task fails, the scores of those before it stay, and --resume goes on with it", () =>
  withSpec(async (spec, options) => {
    const failed = await run(spec, {
      ...options,
      onProgress: ({ phase, text }) => {
        if (phase === "evaluate after" && text === "math") throw new Error("the sandbox gave up");
      },
    });
    assert.deepEqual([failed.run.status, failed.run.error], ["failed", "the sandbox gave up"]);
    assert.deepEqual([failed.eval!.n, failed.eval!.also], [2, undefined]);
    const phases = new Set<string>();
    const record = await run(spec, {
      ...options,
      resume: true,
      onProgress: ({ phase, text }) => phases.add(`${phase} ${text}`),
    });
    assert.deepEqual([record.run.status, Object.keys(record.eval!.also!)], ["done", ["math"]]);
    assert.deepEqual(record.train!.points, failed.train!.points);
    assert.ok(!phases.has("evaluate before gsm8k"), [...phases].join());
  }));

Deno.test("runAll: the unadapted model is scored once on each task, and each run tells all these scores", () =>
  withSpec(async (spec, { data, out }) => {
    const specs = ["lora", "nlora"].map((method) => completeSpec({ ...spec, method }));
    const told: string[] = [];
    const records = await runAll({ name: "two", specs }, {
      ...{ data, out },
      onProgress: ({ method }, { phase, text, done }) => {
        if (phase === "evaluate before" && done === 0) told.push(`${method} ${text}`);
      },
    });
    assert.deepEqual(told, ["lora gsm8k", "lora math"]);
    const before = records.map(({ eval: score }) => [score!.before, score!.also!.math!.before]);
    assert.deepEqual(before[1], before[0]);
    assert.ok(before[0]!.every((value) => typeof value === "number"));
  }));

Deno.test("run: MT-Bench is trained for and left to a judge; what cannot be scored together is refused", () =>
  withSpec(async (given, { data }) => {
    const { eval_also: _, ...spec } = given;
    const trained = await run({ ...spec, task: "mt-bench", eval_limit: 0 }, { data });
    assert.deepEqual([trained.run.status, trained.eval], ["done", null]);
    const refused: [Partial<PartialSpec>, RegExp][] = [
      [{ task: "mt-bench" }, /judge/],
      [{ task: "gsm9k" }, /unknown task "gsm9k"/],
      [{ eval_also: ["glue/rte"] }, /unknown task "glue\/rte"/],
      [{ train_set: "alpaca" }, /metamath, codefeedback, evol-instruct/],
      [{ task: "glue/rte", eval_also: ["gsm8k"] }, /leave eval_also/],
    ];
    for (const [change, words] of refused) {
      await assert.rejects(
        run({ ...spec, ...change }, { data }),
        (error) => error instanceof UsageError && words.test(error.message),
      );
    }
  }));

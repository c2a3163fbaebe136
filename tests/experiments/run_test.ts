import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { completeSpec, type PartialSpec } from "../../lib/experiments/spec.ts";
import { run } from "../../lib/experiments/run.ts";
import type { RunProgress } from "../../lib/experiments/run_options.ts";
import { runAll } from "../../lib/experiments/run_all.ts";
import { readRecord } from "../../lib/experiments/store/read_record.ts";
import { currentBackend, useBackend } from "../../lib/tensor/use_backend.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { tinyGgufLlama } from "../models/tiny_gguf_llama.ts";
import { withFolder } from "../temporary_folder.ts";
import { assertNoLeak } from "../tensor_assertions.ts";

await useBackend();

/** Runs `use` with a small spec on a model in an empty folder; no tensor may be left behind. */
async function withSpec(use: (spec: PartialSpec, folder: string) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const model = join(folder, "tiny.gguf");
    await Deno.writeFile(model, tinyGgufLlama());
    const sizes = { rank: 2, steps: 2, batch: 1, train_limit: 4 };
    await assertNoLeak(() => use({ model, task: "arithmetic", method: "nlora", ...sizes }, folder));
  });
}

const list = async (folder: string) =>
  (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).sort();

const isRefusal = (words: RegExp) => (error: unknown) =>
  error instanceof UsageError && words.test(error.message);

Deno.test("run: a record of what was asked and what came; its phases are told in order", async () => {
  await withSpec(async (spec, folder) => {
    const out = join(folder, "run");
    const phases: RunProgress["phase"][] = [];
    const record = await run({ ...spec, eval_limit: 1 }, {
      out,
      onProgress: ({ phase, done, total }) => {
        assert.ok(done <= total);
        if (phases.at(-1) !== phase) phases.push(phase);
      },
    });
    assert.deepEqual(phases, ["load", "evaluate before", "start", "train", "evaluate after"]);
    assert.deepEqual(record.run.spec, completeSpec({ ...spec, eval_limit: 1 }));
    assert.deepEqual([record.run.status, record.run.error, record.paper], ["done", null, null]);
    const { train, eval: score, meta } = record;
    assert.equal(train!.total_parameters - train!.trainable_parameters, 257 * 8 + 480 + 24);
    assert.ok(train!.init_s > 0 && train!.train_s > 0 && train!.tokens_per_s > 0);
    assert.deepEqual([score!.metric, score!.n, score!.examples_file], ["accuracy", 1, "examples.jsonl"]);
    assert.equal(typeof score!.before, "number");
    assert.ok(score!.eval_s! > 0 && train!.peak_memory_bytes! > 0);
    assert.match(meta.model_digest, /^[0-9a-f]{64}$/);
    assert.deepEqual(JSON.parse(await Deno.readTextFile(join(out, "record.json"))), record);
    for (const file of ["examples_before.jsonl", "examples.jsonl"]) {
      const [line, ...more] = (await Deno.readTextFile(join(out, file))).trim().split("\n");
      const example = JSON.parse(line!);
      assert.deepEqual(more, []);
      assert.equal(example.correct, (file === "examples.jsonl" ? score!.value : score!.before) === 1);
      assert.deepEqual(Object.keys(example), [
        ...["id", "prompt", "output", "extracted", "gold", "expected", "correct"],
      ]);
    }
    assert.ok(!(await list(out)).some((name) => name.includes("settings")));
  });
});

Deno.test("run: what was judged before an interrupt, before training or after it, is not judged again", async () => {
  await withSpec(async (given, folder) => {
    const spec = { ...given, eval_limit: 40, max_new_tokens: 8 };
    const out = join(folder, "run");
    const lines = async (file: string) =>
      (await Deno.readTextFile(join(out, file))).split("\n").filter(Boolean);
    const interrupted = async (at: RunProgress["phase"], resume: boolean) => {
      const controller = new AbortController();
      const { run: { status } } = await run(spec, {
        ...{ out, resume, signal: controller.signal },
        onProgress: ({ phase, done }) => phase === at && done > 0 && controller.abort(),
      });
      assert.equal(status, "interrupted");
    };
    const kept: string[][] = [];
    await interrupted("evaluate before", false);
    kept.push(await lines("examples_before.jsonl"));
    await interrupted("evaluate after", true);
    kept.push(await lines("examples.jsonl"));
    for (const { length } of kept) assert.ok(length > 0 && length < 40, String(length));
    const first = new Map<string, number>();
    const record = await run(spec, {
      ...{ out, resume: true },
      onProgress: ({ phase, done }) => done > 0 && !first.has(phase) && first.set(phase, done),
    });
    assert.deepEqual([record.run.status, record.eval!.n], ["done", 40]);
    assert.deepEqual([first.has("evaluate before"), first.get("evaluate after")], [
      false,
      kept[1]!.length + 1,
    ]);
    for (const [i, file] of ["examples_before.jsonl", "examples.jsonl"].entries()) {
      const all = await lines(file);
      assert.deepEqual([all.length, all.slice(0, kept[i]!.length)], [40, kept[i]]);
      const correct = all.filter((line) => JSON.parse(line).correct).length;
      assert.equal(correct / 40, i === 0 ? record.eval!.before : record.eval!.value);
    }
  });
});

Deno.test("run: the same spec gives the same losses and digests, another seed other data", async () => {
  await withSpec(async (spec) => {
    const [first, again, other] = [await run(spec), await run(spec), await run({ ...spec, seed: 1 })];
    const losses = ({ train }: typeof first) => train!.points.map((point) => point.loss);
    assert.deepEqual(losses(again), losses(first));
    assert.deepEqual(
      [again.meta.data_digest, again.meta.model_digest],
      [first.meta.data_digest, first.meta.model_digest],
    );
    assert.notEqual(other.meta.data_digest, first.meta.data_digest);
    assert.equal(first.train!.adapter_file_bytes, null);
  });
});

Deno.test("run: input that cannot be used is an error, and neither files nor tensors are left", async () => {
  await withSpec(async (spec, folder) => {
    const out = join(folder, "run");
    const damaged = join(folder, "damaged.gguf");
    await Deno.writeFile(damaged, tinyGgufLlama().subarray(0, -100));
    await assert.rejects(run({ ...spec, model: damaged }, { out }), isRefusal(/not a whole GGUF file/));
    await assert.rejects(run({ ...spec, model: join(folder, "no.gguf") }, { out }), isRefusal(/no file/));
    await assert.rejects(run({ ...spec, rank: 5 }, { out }), isRefusal(/rank 5 exceeds/));
    await assert.rejects(run({ ...spec, learning_rate: 0 }, { out }), isRefusal(/learning rate 0/));
    await assert.rejects(run({ ...spec, length: 3 }, { out }), isRefusal(/no response tokens/));
    assert.deepEqual(await list(folder), ["damaged.gguf", "tiny.gguf"]);
  });
});

Deno.test("run: the adapter is shown at its start and after each step, and training waits for it", async () => {
  await withSpec(async (spec) => {
    const plain = await run(spec);
    const seen: string[] = [];
    const watched = await run(spec, {
      onAdapter: async (adapter, step) => {
        seen.push(`step ${step}`);
        const { N } = adapter.modules[0]!.update.factors;
        const [before] = await N!.data();
        await new Promise((resolve) => setTimeout(resolve));
        const [after] = await adapter.modules[0]!.update.factors.N!.data();
        assert.equal(after, before);
        seen.push("left");
      },
    });
    assert.deepEqual(seen, ["step 0", "left", "step 1", "left", "step 2", "left"]);
    assert.deepEqual(watched.train!.points, plain.train!.points);
  });
});

Deno.test("run: a failure under way is a record too", async () => {
  await withSpec(async (spec, folder) => {
    const out = join(folder, "run");
    const onStep = () => {
      throw new Error("the machine gave up");
    };
    const record = await run(spec, { out, onStep });
    assert.deepEqual([record.run.status, record.run.error], ["failed", "the machine gave up"]);
    assert.deepEqual([record.train, record.eval], [null, null]);
    assert.deepEqual(await list(out), ["record.json"]);
  });
});

Deno.test("run: an interrupt in training or in the scoring after it keeps the adapter", async () => {
  await withSpec(async (spec, folder) => {
    for (const [phase, steps] of [["train", 1], ["evaluate after", 2]] as const) {
      const out = join(folder, phase);
      const controller = new AbortController();
      const record = await run({ ...spec, eval_limit: 1 }, {
        out,
        before: { arithmetic: 0 },
        signal: controller.signal,
        onProgress: (progress) => {
          if (progress.phase === phase && progress.done === (phase === "train" ? 1 : 0)) controller.abort();
        },
      });
      assert.deepEqual([record.run.status, record.train!.points.length], ["interrupted", steps], phase);
      for (const file of ["adapter.json", "adapter_model.safetensors", "record.json"]) {
        assert.ok(existsSync(join(out, file)), file);
      }
    }
  });
});

Deno.test("run: lack of memory is a record too; so is a divergence, with the last checkpoint kept", async () => {
  await withSpec(async (spec, folder) => {
    const onStep = () => {
      throw new RangeError("Array buffer allocation failed");
    };
    const { run: short } = await run(spec, { onStep });
    assert.equal(short.status, "oom");
    assert.match(short.error!, /^out of memory \(phase: train\).*Array buffer allocation failed/);

    const out = join(folder, "run");
    const record = await run({ ...spec, learning_rate: 1e38 }, { out, checkpointSteps: 1 });
    assert.deepEqual([record.run.status, record.train!.points.length], ["diverged", 1]);
    assert.match(record.run.error!, /^step 2: .*not finite|is (NaN|Infinity)/);
    assert.deepEqual(JSON.parse(await Deno.readTextFile(join(out, "record.json"))), record);
    assert.ok(existsSync(join(out, "checkpoint-1")));
  });
});

Deno.test("run: an interrupted run is gone on with where it stopped, and left as it is once it is done", async () => {
  await withSpec(async (given, folder) => {
    const spec = { ...given, steps: 4, eval_limit: 1 };
    const whole = await run(spec, { before: { arithmetic: 0.25 } });
    const out = join(folder, "run");
    const interrupt = async (at: (progress: RunProgress) => boolean, resume = true) => {
      const controller = new AbortController();
      const phases = new Set<string>();
      const record = await run(spec, {
        ...{ out, resume, before: { arithmetic: 0.25 }, signal: controller.signal },
        onProgress: (progress) => {
          phases.add(progress.phase);
          if (at(progress)) controller.abort();
        },
      });
      return { status: record.run.status, steps: record.train?.points.length, phases: [...phases] };
    };
    assert.deepEqual(
      await interrupt(({ phase, done }) => phase === "train" && done === 2, false),
      { status: "interrupted", steps: 2, phases: ["load", "start", "train"] },
    );
    assert.deepEqual(
      await interrupt(({ phase }) => phase === "evaluate after"),
      { status: "interrupted", steps: 4, phases: ["load", "train", "evaluate after"] },
    );
    const steps: number[] = [];
    const record = await run(spec, { out, resume: true, onStep: ({ step }) => steps.push(step) });
    assert.deepEqual([record.run.status, steps], ["done", []]);
    assert.deepEqual(record.train!.points, whole.train!.points);
    assert.deepEqual([record.eval!.before, record.eval!.value], [0.25, whole.eval!.value]);
    assert.deepEqual(await list(out), [
      ...["adapter.json", "adapter_model.safetensors", "examples.jsonl", "record.json"],
    ]);

    const written = await Deno.readTextFile(join(out, "record.json"));
    assert.deepEqual(await run(spec, { out, resume: true }), record);
    assert.equal(await Deno.readTextFile(join(out, "record.json")), written);
    const elsewhere = written.replace(`"device": "${record.meta.device}"`, '"device": "another"');
    await Deno.writeTextFile(join(out, "record.json"), elsewhere);
    await assert.rejects(
      run(spec, { out, resume: true }),
      isRefusal(/it is of \w+ on another and this would be/),
    );
  });
});

Deno.test("run: an unfinished run is not written over, nor gone on with as another; both say what to do", async () => {
  await withSpec(async (spec, folder) => {
    const out = join(folder, "run");
    const controller = new AbortController();
    await run({ ...spec, steps: 3 }, {
      ...{ out, signal: controller.signal },
      onProgress: ({ done, phase }) => phase === "train" && done === 1 && controller.abort(),
    });
    const before = await list(out);
    assert.deepEqual(before.at(-2), "checkpoint-1");
    const refused = (changes: Partial<PartialSpec>, resume: boolean, words: RegExp) =>
      assert.rejects(run({ ...spec, steps: 3, ...changes }, { out, resume }), isRefusal(words));
    await refused({}, false, /unfinished run \(1 of 3 steps of nlora\); go on with it by --resume, remove/);
    await refused(
      { learning_rate: 0.5, steps: 9 },
      true,
      /learning_rate is 0.0002 there and 0.5 here; steps is 3 there/,
    );
    await refused({ train_limit: 5 }, true, /train_limit is 4 there and 5 here; its data have the digest/);
    const checkpoint = join(out, "checkpoint-1", "checkpoint.json");
    const kept = await Deno.readTextFile(checkpoint);
    const { name } = currentBackend();
    assert.ok(kept.includes(`"backend":"${name}"`));
    await Deno.writeTextFile(checkpoint, kept.replace(`"backend":"${name}"`, '"backend":"abacus"'));
    await refused({}, true, new RegExp(`it is of abacus on .* and this would be of ${name} on`));
    await Deno.writeTextFile(checkpoint, kept);
    await Deno.writeFile(spec.model, tinyGgufLlama(1));
    await refused({}, true, /was made for .*tiny\.gguf \(file digest/);
    assert.deepEqual(await list(out), before);
    await assert.rejects(run(spec, { resume: true }), isRefusal(/give that with --out/));
  });
});

Deno.test("runAll: a folder for each run; the unadapted model is scored once", async () => {
  await withSpec(async (spec, folder) => {
    const out = join(folder, "out");
    const specs = ["lora", "inttune"].map((method) => completeSpec({ ...spec, method, eval_limit: 1 }));
    const phases: string[] = [];
    const records = await runAll({ name: "pair", specs }, {
      out,
      onProgress: ({ method }, { phase }) => phases.push(`${method} ${phase}`),
    });
    assert.deepEqual(records.map(({ run: { status, spec } }) => [status, spec.method]), [
      ["done", "lora"],
      ["done", "inttune"],
    ]);
    assert.deepEqual(await list(join(out, "pair")), ["01-lora", "02-inttune"]);
    assert.ok(phases.includes("lora evaluate before") && !phases.includes("inttune evaluate before"));
    assert.equal(records[1]!.eval!.before, records[0]!.eval!.before);
  });
});

Deno.test("runAll: an interrupt ends the list after the run under way", async () => {
  await withSpec(async (spec) => {
    const controller = new AbortController();
    const specs = ["lora", "pissa"].map((method) => completeSpec({ ...spec, method }));
    const records = await runAll({ name: "pair", specs }, {
      signal: controller.signal,
      onProgress: (_, { phase, done }) => phase === "train" && done === 1 && controller.abort(),
    });
    assert.deepEqual(records.map(({ run }) => run.status), ["interrupted"]);
  });
});

Deno.test("runAll: a spec that cannot be used leaves a failed record and the others go on; without another it is an error", async () => {
  await withSpec(async (spec, folder) => {
    const out = join(folder, "out");
    const missing = completeSpec({ ...spec, method: "lora", model: join(folder, "no.gguf") });
    const specs = [missing, completeSpec(spec)];
    const records = await runAll({ name: "pair", specs }, { out });
    assert.deepEqual(records.map(({ run }) => run.status), ["failed", "done"]);
    assert.match(records[0]!.run.error!, /there is no file/);
    assert.deepEqual(readRecord(join(out, "pair", "01-lora", "record.json")), { record: records[0] });
    await assert.rejects(
      runAll({ name: "one", specs: [missing] }, { out }),
      isRefusal(/there is no file/),
    );
  });
});

Deno.test("runAll: an unfinished run in the folder is left as it is, and told", async () => {
  await withSpec(async (spec, folder) => {
    const out = join(folder, "out");
    const specs = ["lora", "pissa"].map((method) => completeSpec({ ...spec, method }));
    const controller = new AbortController();
    await runAll({ name: "pair", specs }, {
      out,
      signal: controller.signal,
      onProgress: (_, { phase, done }) => phase === "train" && done === 1 && controller.abort(),
    });
    const before = await Deno.readTextFile(join(out, "pair", "01-lora", "record.json"));
    const records = await runAll({ name: "pair", specs }, { out });
    assert.deepEqual(records.map(({ run }) => run.status), ["failed", "done"]);
    assert.match(
      records[0]!.run.error!,
      /unfinished run \(1 of 2 steps of lora\); go on with it by --resume/,
    );
    assert.equal(await Deno.readTextFile(join(out, "pair", "01-lora", "record.json")), before);
    const resumed = await runAll({ name: "pair", specs }, { out, resume: true });
    assert.deepEqual(resumed.map(({ run }) => run.status), ["done", "done"]);
  });
});

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { RunRecord } from "../../lib/experiments/record.ts";
import { homePath } from "../../lib/models/catalogue.ts";
import { withFolder } from "../temporary_folder.ts";
import { backend, nlora, writeTinyModel } from "./command_line.ts";

/** The document of a command that is to succeed; nothing else may be on its standard output. */
async function json<T>(args: readonly string[]): Promise<T> {
  const { code, stdout, stderr } = await nlora([...args, "--json"]);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout); // throws unless it is one document and nothing more
}

const keys = (object: object) => Object.keys(object).sort();

Deno.test("help names every command and every option, on standard output", async () => {
  const { code, stdout } = await nlora([]);
  assert.equal(code, 0);
  for (const name of ["doctor", "init", "train", "eval", "score", "judge", "generate", "convert", "bench"]) {
    assert.match(stdout, new RegExp(`^  ${name} `, "m"));
  }
  const train = await nlora(["train", "--help"]);
  assert.equal(train.code, 0);
  for (
    const option of ["model", "method", "rank", "task", "steps", "batch", "length", "seed", "data", "out"]
  ) {
    assert.match(train.stdout, new RegExp(`--${option}\\b`));
  }
});

Deno.test("doctor --json: backends, versions, models, kernels, data; what is missing has its remedy", async () => {
  type Here = { name: string; here: boolean; remedy: string | null };
  const report = await json<{
    backends: { name: string; usable: boolean; device: string | null; remedy: string | null }[];
    chosen: { name: string };
    versions: Record<string, string>;
    models: Here[];
    kernels: Here[];
    data: Here[];
  }>(["doctor"]);
  assert.deepEqual(report.backends.map((b) => b.name), ["tensorflow", "webgpu", "wasm"]);
  for (const { usable, device, remedy } of report.backends) {
    assert.ok(usable ? device !== null : remedy !== null);
  }
  assert.equal(report.chosen.name, backend);
  assert.equal(report.versions.deno, Deno.version.deno);
  for (const { here, remedy } of [...report.models, ...report.kernels, ...report.data]) {
    assert.equal(here, remedy === null);
  }
});

Deno.test("init --json: each layer's time, error and condition; step 0 is the model's own", async () => {
  await withFolder(async (folder) => {
    const model = await writeTinyModel(folder);
    const report = await json<{
      layers: { name: string; shape: number[]; ms: number; relative_error: number; cond: number | null }[];
      total_ms: number;
      peak_memory_bytes: number | null;
      step0_max_abs_diff: number;
    }>(["init", "--model", model, "--method", "nlora", "--rank", "2"]);
    assert.equal(report.layers.length, 7);
    for (const { name, shape, ms, relative_error, cond } of report.layers) {
      assert.match(name, /^model\.layers\.0\./);
      assert.ok(shape.length === 2 && ms >= 0 && relative_error > 0 && cond! >= 1);
    }
    assert.ok(Math.abs(report.layers.reduce((sum, { ms }) => sum + ms, 0) - report.total_ms) < 1e-6);
    assert.ok(report.step0_max_abs_diff <= 1e-4);
    assert.deepEqual(await Array.fromAsync(Deno.readDir(folder), ({ name }) => name), ["tiny.gguf"]);
  });
});

Deno.test("train, then generate and eval with what it wrote; an adapter stays with its model", async () => {
  await withFolder(async (folder) => {
    const model = await writeTinyModel(folder);
    const out = join(folder, "run");
    const task = ["--task", "arithmetic"];
    const record = await json<RunRecord>([
      ...["train", "--model", model, "--method", "nlora", "--rank", "2", ...task, "--steps", "2"],
      ...["--batch", "1", "--limit", "4", "--eval-limit", "1", "--out", out],
    ]);
    assert.deepEqual(keys(record), ["eval", "meta", "paper", "run", "schema", "train"]);
    assert.equal(record.run.status, "done");
    assert.equal(record.run.spec.rank, 2);
    assert.deepEqual(record.train!.points.map((point) => point.step), [1, 2]);
    assert.deepEqual(keys(record.train!.points[0]!), ["grad_norm", "loss", "lr", "step", "tokens"]);
    assert.equal(record.eval!.metric, "accuracy");
    assert.equal(record.meta.backend, backend);
    assert.deepEqual(JSON.parse(await Deno.readTextFile(join(out, "record.json"))), record);
    const written = await Array.fromAsync(Deno.readDir(out), ({ name }) => name);
    assert.deepEqual(written.sort(), [
      "adapter.json",
      "adapter_model.safetensors",
      "examples.jsonl",
      "examples_before.jsonl",
      "record.json",
    ]);
    assert.equal((await Deno.stat(join(out, written[1]!))).size, record.train!.adapter_file_bytes);

    const generated = await json<{ prompt: string; text: string; ids: number[]; tokens_per_s: number }>([
      ...["generate", "--model", model, "--adapter", out, "--prompt", "Two and two", "--max-new-tokens", "3"],
    ]);
    assert.deepEqual(keys(generated), ["ids", "prompt", "text", "tokens_per_s"]);
    assert.equal(generated.prompt, "Two and two");
    assert.ok(generated.ids.length <= 3);

    const scored = await json<{ metric: string; value: number; n: number; examples: { id: string }[] }>([
      ...["eval", "--model", model, "--adapter", out, ...task, "--limit", "2"],
    ]);
    assert.deepEqual(keys(scored), ["examples", "metric", "n", "value"]);
    assert.deepEqual([scored.n, scored.examples.length], [2, 2]);

    const other = await writeTinyModel(folder, "other.gguf", 1);
    const refused = await nlora(["generate", "--model", other, "--adapter", out, "--prompt", "Two"]);
    assert.deepEqual([refused.code, refused.stdout], [2, ""]);
    assert.match(refused.stderr, /was made for .*tiny\.gguf/);
  });
});

Deno.test("generate --stream: the text as it is written, on standard output, or beside the document", async () => {
  await withFolder(async (folder) => {
    const model = await writeTinyModel(folder);
    const args = [
      ...["generate", "--model", model, "--prompt", "Two and", "--max-new-tokens", "6", "--temperature", "1"],
      ...[
        "--top-k",
        "20",
        "--top-p",
        "0.9",
        "--repetition-penalty",
        "1.3",
        "--seed",
        "3",
        "--stop",
        "\n\n",
        "--stream",
      ],
    ];
    const streamed = await nlora(args);
    assert.equal(streamed.code, 0, streamed.stderr);
    const beside = await nlora([...args, "--json"]);
    const { text } = JSON.parse(beside.stdout);
    assert.ok(text.length > 0);
    assert.equal(streamed.stdout, `Two and${text}\n`);
    assert.ok(beside.stderr.includes(`Two and${text}\n`), beside.stderr);
  });
});

Deno.test("convert --json: an adapter for PEFT, as plain LoRA and for llama.cpp; PEFT's are taken like our own", async () => {
  await withFolder(async (folder) => {
    const model = await writeTinyModel(folder);
    const run = join(folder, "run");
    await json([
      ...[
        "train",
        "--model",
        model,
        "--method",
        "nlora",
        "--rank",
        "2",
        "--task",
        "arithmetic",
        "--steps",
        "2",
      ],
      ...["--batch", "1", "--limit", "4", "--eval-limit", "1", "--lr", "0.1", "--out", run],
    ]);
    const text = (adapter: string) =>
      json<{ ids: number[] }>([
        ...[
          "generate",
          "--model",
          model,
          "--adapter",
          adapter,
          "--prompt",
          "Two and two",
          "--max-new-tokens",
          "3",
        ],
      ]);
    const to = (
      to: string,
      adapter: string,
      out: string,
    ) => ["convert", "--model", model, "--adapter", adapter, "--to", to, "--out", join(folder, out)];

    for (
      const [form, file] of [
        ["peft", "adapter_model.safetensors"],
        ["lora", "adapter_model.safetensors"],
        ["gguf-lora", "adapter.gguf"],
      ] as const
    ) {
      const written = await json<{ to: string; file: string; bytes: number }>(to(form, run, form));
      assert.deepEqual([written.to, written.file], [form, join(folder, form, file)]);
      assert.equal((await Deno.stat(written.file)).size, written.bytes);
    }
    const config = JSON.parse(await Deno.readTextFile(join(folder, "peft", "adapter_config.json")));
    assert.deepEqual([config.peft_type, config.r, config.lora_alpha], ["LORA", 4, 4]); // NLoRA's rank 2, twice
    assert.deepEqual((await text(join(folder, "peft"))).ids, (await text(run)).ids);
    const again = await json<{ bytes: number }>(to("gguf-lora", join(folder, "peft"), "again"));
    assert.equal(again.bytes, (await Deno.stat(join(folder, "gguf-lora", "adapter.gguf"))).size);

    const same = await nlora(to("peft", run, "run"));
    assert.deepEqual([same.code, same.stdout], [2, ""]);
    assert.match(same.stderr, /holds an adapter of this library/);
    assert.ok(!existsSync(join(folder, "no")));

    const golden = resolve(import.meta.dirname!, "../golden/peft/lora");
    const wrong = await nlora(to("lora", golden, "no"));
    assert.match(wrong.stderr, /adapts model\.layers\.1\.|is 16×12 for the adapter/);
  });
});

Deno.test("score --json: the share that is right, and each prediction's verdict", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "predictions.jsonl");
    const lines = [
      { id: "a", output: "So 2 + 2 = 4. The answer is: 4", gold: "2 + 2 = <<2+2=4>>4\n#### 4" },
      { id: "b", output: "The answer is: 5", gold: "#### 4" },
    ];
    await Deno.writeTextFile(path, lines.map((line) => JSON.stringify(line) + "\n").join(""));
    const scored = await json<{ examples: object[] }>(["score", "--task", "gsm8k", "--predictions", path]);
    assert.deepEqual(keys(scored), ["examples", "metric", "n", "value"]);
    assert.deepEqual({ ...scored, examples: scored.examples.map(keys) }, {
      metric: "accuracy",
      value: 0.5,
      n: 2,
      examples: [["correct", "extracted", "gold", "id"], ["correct", "extracted", "gold", "id"]],
    });
  });
});

const real = homePath("models", "smollm2-135m-instruct.gguf");
const here = existsSync(real) && backend === "tensorflow";
Deno.test({
  name: `train --json adapts SmolLM2${
    here ? "" : " (skipped: the model or the tensorflow backend is not here; `deno task setup` brings them)"
  }`,
  ignore: !here,
  fn: () =>
    withFolder(async (folder) => {
      const record = await json<RunRecord>([
        ...["train", "--model", "smollm2-135m-instruct", "--method", "inttune", "--task", "arithmetic"],
        ...["--steps", "1", "--batch", "1", "--length", "128", "--limit", "1", "--out", folder],
      ]);
      assert.equal(record.run.status, "done");
      assert.equal(record.train!.trainable_parameters, 210 * 16 * 16);
      assert.ok(record.train!.points[0]!.loss < 2.5);
    }),
});

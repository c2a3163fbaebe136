import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { homePath } from "../../lib/models/catalogue.ts";
import { withFolder } from "../temporary_folder.ts";
import { nlora, writeTinyModel } from "./command_line.ts";

/** Runs a command that is to be refused with the mend: exit code 2, nothing on standard output. */
async function refused(
  args: readonly string[],
  words: RegExp,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { code, stdout, stderr } = await nlora([...args, "--json"], env);
  assert.deepEqual([code, stdout], [2, ""], `${args.join(" ")}: ${stderr}`);
  assert.match(stderr, words, args.join(" "));
  assert.doesNotMatch(stderr, /^\s+at /m, "a stack trace is no help");
}

const names = async (folder: string) =>
  (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).sort();

/** A whole command, of which `changes` are given otherwise; null leaves an option out. */
function train(changes: Readonly<Record<string, string | null>>): string[] {
  const options = {
    model: "smollm2-135m-instruct",
    method: "lora",
    task: "arithmetic",
    steps: "1",
    batch: "1",
    limit: "1",
    ...changes,
  };
  return command("train", options);
}

/** A command with its options; null leaves one out. */
function command(name: string, options: Readonly<Record<string, string | null>>): string[] {
  return [name, ...Object.entries(options).flatMap(([name, v]) => v === null ? [] : [`--${name}`, v])];
}

Deno.test("what is unknown, missing or no number is refused before a model is loaded, and nothing is made", async () => {
  await withFolder(async (folder) => {
    const out = join(folder, "a", "run");
    const golden = resolve(import.meta.dirname!, "../golden/peft");
    const convert = (changes: Readonly<Record<string, string | null>>) =>
      command("convert", { model: "x", adapter: join(golden, "lora"), to: "peft", out, ...changes });
    const bad: [args: string[], words: RegExp, env?: Record<string, string>][] = [
      [
        ["trian"],
        /unknown command trian; choose one of doctor, init, train, run, sweep, records, eval, score, judge, generate, convert, kernel, notebook, bench/,
      ],
      [["train", "--modle", "x"], /--modle[\s\S]*usage: nlora train --model M/],
      [["bench", "toString"], /unknown benchmark toString; choose one of step, init/],
      [["generate", "prompt"], /prompt[\s\S]*usage: nlora generate/],
      [train({ model: null, out }), /--model is missing/],
      [train({ method: "adalora", out }), /unknown method "adalora"; choose one of lora, dora, pissa/],
      [train({ task: "riddles", out }), /unknown task "riddles"; choose one of gsm8k, math/],
      [train({ model: "gpt-9", out }), /unknown model "gpt-9"; choose one of smollm2-135m-instruct/],
      [train({ model: join(folder, "no.gguf"), out }), /there is no file .*no\.gguf/],
      [[...train({ out }), "--backend", "cuda"], /unknown backend "cuda"/],
      [train({ out }), /unknown backend "cuda"; choose one of tensorflow, webgpu, wasm/, {
        NLORA_BACKEND: "cuda",
      }],
      [train({ steps: "many", out }), /--steps "many" is not a number/],
      [train({ steps: "0", out }), /--steps 0 is not a whole number from 1/],
      [train({ progress: "xml", out }), /unknown --progress "xml"; choose one of line, json/],
      [train({ precision: "half", out }), /unknown precision "half"; choose one of float32, bfloat16/],
      [[...train({}), "--resume"], /--resume goes on with the run in a folder; give that with --out/],
      [train({ core: "cur", out }), /core is not a choice of lora; leave it out/],
      [train({ method: "nlora", core: "svd", out }), /unknown core "svd"; choose one of copy, pinv, cur/],
      [train({ method: "nlora", residual: "maybe", out }), /--residual "maybe" is neither true nor false/],
      [train({ task: "gsm8k", data: folder, out }), /no gsm8k at .*train\.jsonl.*--data/],
      [["eval", "--model", "x", "--task", "arithmetic", "--adapter", folder], /there is no adapter in /],
      [["generate", "--model", "x", "--prompt", "y", "--temperature", "-1"], /temperature/],
      [["generate", "--model", "x", "--prompt", "y", "--top-k", "5"], /give a temperature above 0/],
      [["generate", "--model", "x", "--prompt", ""], /--prompt is missing/],
      [convert({ to: null }), /--to is missing/],
      [convert({ to: "onnx" }), /unknown --to "onnx"; choose one of peft, lora, gguf-lora/],
      [convert({ adapter: folder }), /there is no adapter in /],
      [convert({ adapter: join(golden, "pissa_niter") }), /init_lora_weights is "pissa_niter_4"/],
      [convert({ model: "gpt-9" }), /unknown model "gpt-9"/],
      [["notebook", "run"], /give one notebook to run: nlora notebook run FILE\.ipynb/],
      [["notebook", "run", join(folder, "no.ipynb")], /there is no notebook .*no\.ipynb/],
      [
        ["notebook", "run", "x", "--preset", "huge"],
        /unknown preset "huge"; choose one of smoke, laptop, paper/,
      ],
      [["notebook", "run", "x", "--set", "rank"], /--set rank is not NAME=VALUE/],
      [["notebook", "run", "x", "--set", "rank=1"], /cannot read the notebook x/],
      [["notebook", "run", "x", "--out", "x"], /--out x is the notebook itself/],
      [["notebook", "run", "x", "--timeout", "soon"], /--timeout "soon" is not a number/],
      [["kernel"], /unknown action ""; choose one of install, list, remove/],
      [["kernel", "install", "--prefix", out, "--user"], /choose one of --user, --sys-prefix, --prefix/],
      [
        ["kernel", "install", "zsh", "--prefix", out],
        /unknown kernel "zsh"; choose one of nlora, tslab, bun/,
      ],
      [["kernel", "remove", "--prefix", out], /no kernel "nlora" of ours is in .*run/],
      [["kernel", "remove", "a", "b", "--prefix", out], /"b" is one word too many/],
      [["score", "--task", "gsm8k", "--predictions", join(folder, "no.jsonl")], /cannot read .*no\.jsonl/],
    ];
    for (const [args, words, env] of bad) await refused(args, words, env);
    assert.deepEqual(await names(folder), []);
  });
});

Deno.test("a broken line of a data file is named by its number", async () => {
  await withFolder(async (folder) => {
    const row = JSON.stringify({ question: "2 + 2?", answer: "#### 4" });
    await Deno.writeTextFile(join(folder, "train.jsonl"), `${row}\n${row}\n{"question": "3 +\n`);
    const out = join(folder, "run");
    await refused(train({ task: "gsm8k", data: folder, out }), /train\.jsonl line 3: /);
    const predictions = join(folder, "predictions.jsonl");
    await Deno.writeTextFile(predictions, '{"id": "a", "output": "4", "gold": "#### 4"}\n{"id": "b"}\n');
    await refused(["score", "--task", "gsm8k", "--predictions", predictions], /predictions\.jsonl line 2: /);
    assert.deepEqual(await names(folder), ["predictions.jsonl", "train.jsonl"]);
  });
});

Deno.test("a rank of 0 or above min(m, n) is refused with the largest, and nothing is made", async () => {
  await withFolder(async (folder) => {
    const model = await writeTinyModel(folder);
    const out = join(folder, "a", "run");
    await refused(train({ model, rank: "0", out }), /rank 0 is not a whole number from 1; choose .* 1 to 8/);
    await refused(
      train({ model, method: "pissa", rank: "5", out }),
      /rank 5 exceeds min\(m, n\) = 4 .*; choose a rank ≤ 4/,
    );
    const init = ["init", "--model", model, "--method", "nlora", "--rank"];
    await refused([...init, "0"], /rank 0 is not a whole number from 1/);
    await refused([...init, "99"], /rank 99 exceeds min\(m, n\)/);
    assert.deepEqual(await names(folder), ["tiny.gguf"]);
  });
});

Deno.test("a model file that is cut or damaged is refused, and nothing is made", async () => {
  await withFolder(async (folder) => {
    const whole = await Deno.readFile(await writeTinyModel(folder));
    const model = join(folder, "damaged.gguf");
    const garbage = whole.slice().fill(0x5a);
    for (const bytes of [whole.subarray(0, 5000), whole.subarray(0, -64), garbage, new Uint8Array(0)]) {
      await Deno.writeFile(model, bytes);
      await refused(train({ model, out: join(folder, "run") }), /damaged\.gguf is not a (whole )?GGUF file/);
    }
    assert.deepEqual(await names(folder), ["damaged.gguf", "tiny.gguf"]);
  });
});

const real = homePath("models", "smollm2-135m-instruct.gguf");
const here = existsSync(real);
Deno.test({
  name: `SmolLM2's file, cut, is refused${
    here ? "" : " (skipped: the model is not here; `deno task setup` brings it)"
  }`,
  ignore: !here,
  fn: () =>
    withFolder(async (folder) => {
      const model = join(folder, "cut.gguf");
      await Deno.copyFile(real, model);
      await Deno.truncate(model, (await Deno.stat(real)).size - 4096);
      await refused(["generate", "--model", model, "--prompt", "x"], /cut\.gguf is not a whole GGUF file/);
    }),
});

Deno.test("an --out that is a file, lies below one or cannot be written is refused before a model is loaded", async () => {
  await withFolder(async (folder) => {
    const file = join(folder, "file");
    await Deno.writeTextFile(file, "mine");
    for (const out of [file, join(file, "run")]) {
      await refused(train({ model: join(folder, "none.gguf"), out }), /cannot write to .*file.*--out/);
    }
    assert.equal(await Deno.readTextFile(file), "mine");
    if (Deno.build.os === "linux") {
      await refused(train({ out: "/proc/nlora-run" }), /cannot write to \/proc\/nlora-run .*--out/);
    }
    assert.deepEqual(await names(folder), ["file"]);
  });
});

Deno.test("a disk that is nearly full is refused before a model is loaded", async (t) => {
  await withFolder(async (folder) => {
    const mount = (...args: string[]) =>
      new Deno.Command(args[0]!, { args: args.slice(1) }).output().then(
        ({ success }) => success,
        () => false,
      );
    const mounted = await mount("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder);
    const name = mounted ? "on a disk of 1 MiB" : "on a small disk (skipped: none can be mounted here)";
    await t.step({
      name,
      ignore: !mounted,
      fn: async () => {
        try {
          await refused(train({ out: join(folder, "a", "run") }), /free .* needed; free some/);
          assert.deepEqual(await names(folder), []);
        } finally {
          await mount("umount", folder);
        }
      },
    });
  });
});

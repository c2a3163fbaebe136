import assert from "node:assert/strict";
import { join } from "node:path";
import type { RunRecord } from "../../lib/experiments/record.ts";
import { recordKey } from "../../lib/experiments/store/run_key.ts";
import { reviews, writeSplits } from "../evaluation/glue_folder.ts";
import { tinyBert } from "../models/tiny_bert.ts";
import { withFolder } from "../temporary_folder.ts";
import { nlora } from "./command_line.ts";

/** Runs `use` with files of a spec and of an experiment of two methods and two seeds on the tiny BERT. */
const withFiles = (use: (files: { spec: string; experiment: string; folder: string }) => Promise<void>) =>
  withFolder(async (folder) => {
    const model = await tinyBert(folder);
    await writeSplits(join(folder, "data"), "glue/sst2", { train: reviews(8), validation: reviews(5) });
    const shared = { model, task: "glue/sst2", rank: 2, targets: ["query"], epochs: 1, eval_limit: "all" };
    const [spec, experiment] = ["spec.json", "heads.json"].map((name) => join(folder, name)) as [
      string,
      string,
    ];
    await Deno.writeTextFile(spec, JSON.stringify({ ...shared, method: "lora" }));
    const budget = { about: "tiny", shared, seeds: [0, 1], runs: [{ method: "lora" }, { method: "nlora" }] };
    await Deno.writeTextFile(experiment, JSON.stringify({ laptop: budget }));
    await use({ spec, experiment, folder });
  });

Deno.test("run: all runs of an experiment with every seed, tables of them, and what is done is left out", () =>
  withFiles(async ({ experiment, folder }) => {
    const out = join(folder, "out");
    const args = ["run", experiment, "--data", join(folder, "data"), "--out", out];
    const first = await nlora(args);
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stderr, /^heads, laptop: tiny$/m);
    assert.match(first.stderr, /glue\/sst2 nlora evaluate after 5\/5 examples/);
    assert.match(first.stdout, /LoRA \(seed 0\).*\n.*LoRA \(seed 1\)|NLoRA \(seed 1\)/);
    assert.match(first.stdout, /glue\/sst2 +NLoRA +accuracy +2 /);
    const again = await nlora([...args, "--resume", "--json"]);
    assert.equal(again.code, 0, again.stderr);
    const records: RunRecord[] = JSON.parse(again.stdout);
    const names = ["01-lora", "02-nlora", "03-lora", "04-nlora"];
    assert.deepEqual(records.map(({ run }) => run.spec.seed), [0, 0, 1, 1]);
    for (const [i, name] of names.entries()) {
      assert.deepEqual(
        JSON.parse(await Deno.readTextFile(join(out, "heads", name, "record.json"))),
        records[i],
      );
    }
    assert.doesNotMatch(again.stderr, /train/);
    const predictions = join(out, "heads", "04-nlora", "examples.jsonl");
    const score = await nlora(["score", "--task", "glue/sst2", "--predictions", predictions]);
    assert.equal(score.stdout, `glue/sst2 accuracy: ${(100 * records[3]!.eval!.value).toFixed(1)} % of 5\n`);
  }));

Deno.test("run: one spec gives its record; what cannot be run is wrong use, with the mend", () =>
  withFiles(async ({ spec, experiment, folder }) => {
    const { code, stdout, stderr } = await nlora(["run", spec, "--data", join(folder, "data"), "--json"]);
    assert.equal(code, 0, stderr);
    const record: RunRecord = JSON.parse(stdout);
    assert.equal(record.eval!.n, 5);
    const kept = join(folder, "record.json");
    await Deno.writeTextFile(kept, stdout);
    const again = await nlora(["run", kept, "--data", join(folder, "data"), "--json"]);
    assert.equal(again.code, 0, again.stderr);
    assert.equal(recordKey(JSON.parse(again.stdout)), recordKey(record));
    assert.notEqual(recordKey(record), null);
    const refused = async (words: RegExp, ...args: string[]) => {
      const { code, stderr } = await nlora(["run", ...args]);
      assert.deepEqual([code, words.test(stderr)], [2, true], stderr);
    };
    await Promise.all([
      refused(/0 files are given; give one SPEC\.json, or the name of an experiment/),
      refused(/no experiment "nothing" can be read/, "nothing"),
      refused(/cannot read .*no\.json/, join(folder, "no.json")),
      refused(
        /experiment heads has no preset "paper"; choose one of laptop/,
        experiment,
        "--preset",
        "paper",
      ),
      refused(/holds one spec; leave --preset out/, spec, "--preset", "smoke"),
    ]);
  }));

import assert from "node:assert/strict";
import process from "node:process";
import { findGlueTask, glueTasks, loadGlue } from "../../lib/evaluation/glue.ts";
import { dataSets } from "../../lib/text/data_sets.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { withFolder } from "../temporary_folder.ts";
import { writeSplits } from "./glue_folder.ts";

Deno.test("the eight tasks: their fields and splits are their data sets', the metrics those that are reported", () => {
  assert.deepEqual(
    glueTasks.map(({ name, metrics: [reported] }) => `${name} ${reported}`),
    [
      ...["glue/mnli accuracy", "glue/sst2 accuracy", "glue/mrpc accuracy", "glue/cola matthews"],
      ...["glue/qnli accuracy", "glue/qqp accuracy", "glue/rte accuracy", "glue/stsb pearson"],
    ],
  );
  for (const { name, texts, evalSplits } of glueTasks) {
    const { fields, splits } = dataSets.find((set) => set.name === name)!;
    for (const text of texts) assert.equal(fields[text], "text", `${name} ${text}`);
    for (const split of evalSplits) assert.ok(split in splits, `${name} ${split}`);
  }
  assert.equal(findGlueTask("glue/wnli"), undefined);
});

Deno.test("loadGlue: MNLI's two splits follow each other, each cut to the limit, ids tell them apart", async () => {
  await withFolder(async (data) => {
    const rows = [0, 1, 2].map((label) => ({ premise: `p${label}`, hypothesis: "h", label }));
    await writeSplits(data, "glue/mnli", { validation_matched: rows, validation_mismatched: rows });
    const task = findGlueTask("glue/mnli")!;
    const examples = await loadGlue(task, task.evalSplits, { data, limit: 2 });
    assert.deepEqual(examples.map(({ id }) => id), [
      ...["glue/mnli/validation_matched/0", "glue/mnli/validation_matched/1"],
      ...["glue/mnli/validation_mismatched/0", "glue/mnli/validation_mismatched/1"],
    ]);
    assert.deepEqual(examples[1], {
      ...{ id: "glue/mnli/validation_matched/1", split: "validation_matched" },
      ...{ text: "p1", pair: "h", target: 1 },
    });
  });
});

Deno.test("loadGlue: a label that is none of the task is refused by its line", async () => {
  const refused = (name: string, row: object, words: RegExp) =>
    withFolder(async (data) => {
      await writeSplits(data, name, { validation: [row] });
      await assert.rejects(
        loadGlue(findGlueTask(name)!, ["validation"], { data }),
        (error) => error instanceof UsageError && words.test(error.message),
      );
    });
  await refused("glue/sst2", { sentence: "s", label: -1 }, /line 1: the label -1 is not a class from 0 to 1/);
  await refused("glue/sst2", { sentence: "s", label: 0.5 }, /is not a class from 0 to 1/);
  await refused("glue/sst2", { sentence: 1, label: 0 }, /line 1: the field "sentence" is 1/);
});

const data = process.env.NLORA_DATA;
Deno.test({
  name: "loadGlue: the official validation sets, whole (skipped without NLORA_DATA)",
  ignore: !data,
  async fn() {
    const sizes = { sst2: 872, mrpc: 408, cola: 1043, rte: 277, stsb: 1500, qnli: 5463 };
    for (const [name, size] of Object.entries(sizes)) {
      const task = findGlueTask(`glue/${name}`)!;
      const examples = await loadGlue(task, task.evalSplits, { data: data! });
      assert.equal(examples.length, size, name);
      assert.equal(new Set(examples.map(({ id }) => id)).size, size);
    }
  },
});

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findGlueTask } from "../../lib/evaluation/glue.ts";
import { glueScorer } from "../../lib/evaluation/score_glue.ts";
import { scorePredictions } from "../../lib/evaluation/score_predictions.ts";
import { temporaryFolder } from "../temporary_folder.ts";

async function scoreLines(task: string, lines: readonly object[]) {
  const path = join(temporaryFolder(), "predictions.jsonl");
  await writeFile(path, lines.map((line) => JSON.stringify(line) + "\n").join(""));
  return await scorePredictions(glueScorer(findGlueTask(task)!), path);
}

Deno.test("classes by number and name; one that cannot be read is wrong; the splits of MNLI apart", async () => {
  const line = (id: string, output: string, gold: string) => ({ id: `glue/mnli/${id}`, output, gold });
  const { metric, value, splits, examples, problems } = await scoreLines("glue/mnli", [
    line("validation_matched/0", "neutral", "1"),
    line("validation_matched/1", " 2\n", "contradiction"),
    line("validation_mismatched/0", "3", "0"),
    line("validation_mismatched/1", "perhaps", "neutral"),
  ]);
  assert.deepEqual([metric, value, problems], ["accuracy", 0.5, []]);
  assert.deepEqual(splits, { validation_matched: 1, validation_mismatched: 0 });
  assert.deepEqual(examples.map(({ extracted, correct }) => [extracted, correct]), [
    ...[["1", true], ["2", true], [null, false], [null, false]],
  ]);
});

Deno.test("CoLA by Matthews' correlation, STS-B by Pearson's and Spearman's", async () => {
  const cola = await scoreLines(
    "glue/cola",
    [["1", "1"], ["0", "0"], ["1", "0"], ["1", "1"]].map(([output, gold], id) => ({ id, output, gold })),
  );
  assert.deepEqual([cola.metric, cola.value], ["matthews", 1 / Math.sqrt(3)]); // (2·1 − 1·0) / √(3·2·2·1)
  assert.equal(cola.metrics!.accuracy, 0.75);
  const stsb = await scoreLines(
    "glue/stsb",
    [["1", "2"], ["2", "4"], ["3.5", "5"]].map(([output, gold], id) => ({ id, output, gold })),
  );
  assert.deepEqual(Object.keys(stsb.metrics!), ["pearson", "spearman"]);
  assert.equal(stsb.metrics!.spearman, 1);
  assert.ok(stsb.value > 0.9 && stsb.value < 1);
});

Deno.test("a gold that is no class, and a number that cannot be read, are named by their lines", async () => {
  const rte = await scoreLines("glue/rte", [
    { id: 1, output: "0", gold: "2" },
    { id: 2, output: "0", gold: "entailment" },
  ]);
  assert.equal(rte.n, 1);
  assert.match(rte.problems[0]!, /line 1: the gold "2" is not a class: a number from 0 to 1, or entailment/);
  const stsb = await scoreLines("glue/stsb", [{ id: 1, output: "about 3", gold: "3" }]);
  assert.match(stsb.problems[0]!, /line 1: the output "about 3" is not a number/);
});

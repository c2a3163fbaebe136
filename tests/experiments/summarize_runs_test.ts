import assert from "node:assert/strict";
import { compareRuns } from "../../lib/experiments/compare_runs.ts";
import type { RunRecord } from "../../lib/experiments/record.ts";
import { summarizeRuns } from "../../lib/experiments/summarize_runs.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { failedRecord } from "../report/sample_record.ts";
import { glueRecord, rightIn } from "../report/glue_record.ts";

const summary = (...records: RunRecord[]) => summarizeRuns(records)[0]!;
const options = { samples: 300 };
const isRefusal = (words: RegExp) => (error: unknown) =>
  error instanceof UsageError && words.test(error.message);

Deno.test("summarizeRuns: seeds of one spec together, mean and sample deviation, last epoch and best", () => {
  const records = [
    glueRecord({ method: "nlora", seed: 2 }, rightIn(60), 0.7),
    glueRecord({ method: "lora", seed: 0 }, rightIn(50), 0.5),
    glueRecord({ method: "nlora", seed: 0 }, rightIn(70), 0.8),
    glueRecord({ method: "nlora", seed: 1, rank: 4 }, rightIn(90), 0.9),
    failedRecord("nlora"),
  ];
  const [nlora, lora, other, ...none] = summarizeRuns(records);
  assert.deepEqual(none, []);
  assert.deepEqual(nlora!.seeds, [0, 2]);
  assert.ok(Math.abs(nlora!.last.mean - 0.65) < 1e-12);
  assert.ok(Math.abs(nlora!.last.deviation! - Math.sqrt(0.005)) < 1e-12); // ((0.05)² + (0.05)²) / (2 − 1)
  assert.ok(Math.abs(nlora!.best!.mean - 0.75) < 1e-12);
  assert.deepEqual([lora!.last, lora!.best], [
    { mean: 0.5, deviation: null },
    { mean: 0.5, deviation: null },
  ]);
  assert.deepEqual(other!.seeds, [1]);
});

Deno.test("summarizeRuns: what was not measured is null; a seed twice is refused", () => {
  const record = glueRecord({ method: "lora" }, rightIn(50));
  const { best: _, ...score } = record.eval!;
  const bare = { ...record, eval: { ...score, before: null } };
  assert.deepEqual([summary(bare).best, summary(bare).before], [null, null]);
  assert.throws(
    () => summarizeRuns([record, record]),
    isRefusal(/two records are of lora on glue\/sst2 with the seed 0/),
  );
});

Deno.test("compareRuns: a clear difference has no warning, one inside the noise has", () => {
  const runs = (method: string, ...right: number[]) =>
    summary(...right.map((count, seed) => glueRecord({ method, seed }, rightIn(count))));
  const base = runs("lora", 50, 51, 49);
  const clear = compareRuns(base, runs("nlora", 90, 91, 89), options);
  assert.ok(Math.abs(clear.difference - 0.4) < 1e-12 && clear.low > 0.25 && clear.high < 0.55);
  assert.equal(clear.warning, null);
  assert.match(
    compareRuns(base, runs("nlora", 51, 52, 50), options).warning!,
    /inside the noise of the examples/,
  );
  assert.match(
    compareRuns(base, runs("nlora", 50, 95, 60), options).warning!,
    /inside the noise of the seeds/,
  );
  assert.match(compareRuns(runs("lora", 50), runs("nlora", 90), options).warning!, /one seed/);
});

Deno.test("compareRuns: a correlation with constants is not defined; other examples, and old records, are refused", () => {
  const record = (outputs: number[], gold: number[]) => ({
    ...glueRecord({ method: "lora", task: "glue/stsb" }, { outputs, gold }),
  });
  const asPearson = (record: RunRecord) => ({ ...record, eval: { ...record.eval!, metric: "pearson" } });
  const good = summary(asPearson(record([1, 2, 4], [1, 2, 3])));
  const constant = summary(asPearson(record([2, 2, 2], [1, 2, 3])));
  assert.match(compareRuns(good, constant, { samples: 20 }).warning!, /not defined/);
  const others = summary(asPearson(record([1, 2, 4], [1, 2, 5])));
  assert.throws(() => compareRuns(good, others), isRefusal(/not scored on the same examples/));
  const old = glueRecord({ method: "lora" }, rightIn(50));
  const { judged: _, ...score } = old.eval!;
  assert.throws(
    () => compareRuns(summary({ ...old, eval: score }), good),
    isRefusal(/lora on glue\/sst2 with the seed 0 does not hold what came out/),
  );
});

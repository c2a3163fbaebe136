import assert from "node:assert/strict";
import { averageRanks } from "../../../lib/evaluation/metrics/average_ranks.ts";
import { type MetricName, metrics } from "../../../lib/evaluation/metrics/metrics.ts";
import { UsageError } from "../../../lib/usage_error.ts";
import golden from "../../golden/metrics.json" with { type: "json" };

type Case = { predictions: number[]; gold: number[] } & { [metric in MetricName]?: number | null };

/** Every golden value of a metric; null in the file is what the reference does not define. */
function compare(name: MetricName, cases: readonly Case[], undefinedIs: "left out" | "NaN"): void {
  let compared = 0;
  for (const { predictions, gold, ...values } of cases) {
    const wanted = values[name];
    if (wanted === null && undefinedIs === "left out") continue;
    const value = metrics[name](predictions, gold);
    const words = `${name} of ${predictions.slice(0, 5)}… is ${value}, not ${wanted}`;
    assert.ok(wanted === null ? Number.isNaN(value) : Math.abs(value - wanted!) <= 1e-12, words);
    compared++;
  }
  assert.ok(compared >= 9);
}

for (const name of ["accuracy", "f1", "matthews"] as const) {
  Deno.test(`${name}: scikit-learn's values, also for one class and constant predictions`, () =>
    compare(name, golden.classes, "left out"));
}

for (const name of ["pearson", "spearman"] as const) {
  Deno.test(`${name}: SciPy's values, also with ties, and NaN for constants`, () =>
    compare(name, golden.numbers, "NaN"));
}

Deno.test("averageRanks: SciPy's ranks; NaN spreads", () => {
  for (const { predictions, ranks } of golden.numbers) {
    assert.deepEqual([...averageRanks(predictions)], ranks);
  }
  assert.deepEqual([...averageRanks([1, NaN])], [NaN, NaN]);
  assert.ok(Number.isNaN(metrics.spearman([1, NaN, 2], [1, 2, 3])));
});

Deno.test("metrics: another number of predictions than gold values, or too few, is refused", () => {
  for (const metric of Object.values(metrics)) {
    assert.throws(
      () => metric([1], [1, 0]),
      (e) => e instanceof UsageError && /1 predictions for 2/.test(e.message),
    );
    assert.throws(() => metric([], []), UsageError);
  }
  assert.throws(() => metrics.pearson([1], [1]), /of 1 predictions is not defined; give 2 or more/);
});

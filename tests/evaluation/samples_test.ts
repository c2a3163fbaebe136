import assert from "node:assert/strict";
import { passTotal, withSamples } from "../../lib/evaluation/samples.ts";
import { UsageError } from "../../lib/usage_error.ts";

const example = (id: string) => ({ id, question: "?", response: "", gold: "{}" });
const verdicts = (...ids: [id: string | number, correct: boolean][]) =>
  ids.map(([id, correct]) => ({ id, correct }));

Deno.test("samples are numbered after the id, and one keeps it", () => {
  const examples = [example("a/1"), example("a/2")];
  assert.equal(withSamples(examples, 1), examples);
  assert.deepEqual(withSamples(examples, 2), ["a/1#1", "a/1#2", "a/2#1", "a/2#2"].map(example));
  for (const samples of [0, -1, 1.5, NaN]) assert.throws(() => withSamples(examples, samples), UsageError);
});

Deno.test("of one sample each, the total is the share that passed", () => {
  assert.deepEqual(passTotal(verdicts(["a", true], [7, false], ["c", false], ["d", false])), { value: 0.25 });
  assert.deepEqual(passTotal([]), { value: 0 });
});

Deno.test("of several samples, the total is pass@k to the fewest that a problem has", () => {
  const total = passTotal(verdicts(
    ...[["a#1", true], ["a#2", true], ["a#3", false]] as [string, boolean][],
    ...[["b#1", false], ["b#2", false]] as [string, boolean][],
    ...[["c#1", true], ["c#2", false]] as [string, boolean][],
  ));
  const close = (value: number | undefined, expected: number) =>
    assert.ok(Math.abs(value! - expected) < 1e-12);
  close(total.value, (2 / 3 + 0 + 1 / 2) / 3); // each problem counts once, however many samples it has
  assert.deepEqual(Object.keys(total.metrics!), ["pass@1", "pass@2"]);
  close(total.metrics!["pass@1"], total.value);
  close(total.metrics!["pass@2"], (1 + 0 + 1) / 3);
});

Deno.test("twenty samples give pass@k for k to 20", () => {
  const { metrics } = passTotal(
    verdicts(...Array.from({ length: 20 }, (_, i): [string, boolean] => [`a#${i}`, i < 3])),
  );
  assert.deepEqual(Object.keys(metrics!), ["pass@1", "pass@2", "pass@5", "pass@10", "pass@20"]);
  assert.ok(Math.abs(metrics!["pass@10"]! - (1 - (10 * 9 * 8) / (20 * 19 * 18))) < 1e-12);
  assert.equal(metrics!["pass@20"], 1);
});

import assert from "node:assert/strict";
import { loadPreset } from "../../lib/experiments/preset.ts";
import { run } from "../../lib/experiments/run.ts";
import { completeSpec } from "../../lib/experiments/spec.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { assertNoLeak } from "../tensor_assertions.ts";

await useBackend();

Deno.test("a ViT learns drawn pictures from spec to record, and no tensor is left", () =>
  assertNoLeak(async () => {
    const spec = completeSpec({
      ...{ model: "vit-drawn", task: "pictures/outlines", method: "nlora", rank: 4, learning_rate: 0.01 },
      ...{ steps: 20, batch: 8, train_limit: 8, eval_limit: 24 },
    });
    const { run: about, train, eval: score } = await run(spec);
    assert.equal(about.status, "done", about.error ?? "");
    assert.ok(train!.points.at(-1)!.loss < 0.8 * train!.points[0]!.loss);
    assert.deepEqual([score!.metric, score!.n, score!.judged!.gold.length], ["accuracy", 24, 24]);
    const right = score!.judged!.outputs.filter((output, i) => output === score!.judged!.gold[i]).length;
    assert.equal(score!.value, right / 24);
  }));

Deno.test("the experiment on pictures compares the methods with three seeds", () => {
  const { specs } = loadPreset("vision", "laptop");
  assert.deepEqual([...new Set(specs.map(({ seed }) => seed))], [0, 1, 2]);
  assert.deepEqual(
    [...new Set(specs.map(({ method }) => method))],
    ["full", "lora", "pissa", "slora", "nlora", "inttune"],
  );
  assert.ok(loadPreset("vision", "smoke").specs.every(({ steps }) => steps === 1));
});

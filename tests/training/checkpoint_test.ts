import assert from "node:assert/strict";
import { join } from "node:path";
import { adapt } from "../../lib/adapters/adapt.ts";
import { loadAdapter } from "../../lib/adapters/adapter_files.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { loadCheckpoint, removeCheckpoints, saveCheckpoint } from "../../lib/training/checkpoint.ts";
import { train } from "../../lib/training/train.ts";
import type { TrainOptions } from "../../lib/training/train_options.ts";
import type { TrainState } from "../../lib/training/train_progress.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { tinyLlama } from "../models/tiny_llama.ts";
import { withFolder } from "../temporary_folder.ts";
import { assertNoLeak } from "../tensor_assertions.ts";

await useBackend();
const examples = [
  { prompt: "3 1 4", response: "1 5 9" },
  { prompt: "2 6", response: "5 3" },
  { prompt: "5 8 9 7", response: "9 3 2" },
];
const options: TrainOptions = {
  ...{ steps: 5, batch: 2, accumulation: 2, learningRate: 0.02, length: 16, warmupSteps: 2, shuffleSeed: 3 },
  ...{ weightDecay: 0.01, maxGradNorm: 0.5, packing: true, bucketing: true },
};
const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

for (const method of ["lora", "nlora", "inttune", "dora", "full"]) {
  Deno.test(`checkpoints: a resumed run takes the steps of an unbroken one to the last bit (${method})`, async () => {
    await withFolder((folder) =>
      assertNoLeak(async () => {
        const model = tinyLlama(2);
        let adapter = await adapt(model, { method, rank: 3 });
        const { points } = await train(model, adapter, examples, {
          ...options,
          checkpointSteps: 3,
          onCheckpoint: async (state) => {
            if (state.points.length === 3) await saveCheckpoint(folder, model, adapter, state, { method });
          },
        });
        const trained = await Promise.all(adapter.parameters.map(({ value }) => value.data()));
        adapter.remove();

        const again = tinyLlama(2);
        const checkpoint = (await loadCheckpoint<{ method: string }>(folder))!;
        assert.equal(checkpoint.about.method, method);
        adapter = await loadAdapter(again, checkpoint.folder);
        const resumed = await train(again, adapter, examples, { ...options, from: checkpoint.state });
        assert.deepEqual(resumed.points, points);
        const values = await Promise.all(adapter.parameters.map(({ value }) => value.data()));
        assert.deepEqual(values.map((v) => [...v]), trained.map((v) => [...v]));
        adapter.remove();
        for (const host of [model, again]) host.dispose();
      })
    );
  });
}

Deno.test("checkpoints: the last one counts, older and half written ones do not, a damaged one is refused", async () => {
  await withFolder(async (folder) => {
    const model = tinyLlama(2);
    const adapter = await adapt(model, { method: "lora", rank: 2 });
    const states: TrainState[] = [];
    await train(model, adapter, examples, {
      ...options,
      checkpointSteps: 2,
      onCheckpoint: (state) => Promise.resolve(void states.push(state)),
    });
    assert.deepEqual(states.map(({ points }) => points.length), [2, 4, 5]);

    assert.equal(await loadCheckpoint(folder), null);
    assert.equal(await loadCheckpoint(join(folder, "none")), null);
    for (const state of states.slice(0, 2)) await saveCheckpoint(folder, model, adapter, state, null);
    assert.deepEqual(names(folder), ["checkpoint-4"]);
    await saveCheckpoint(folder, model, adapter, states[1]!, "again, which changes nothing");
    await Deno.mkdir(join(folder, ".checkpoint-9.0123456789ab.tmp"));
    await Deno.mkdir(join(folder, "checkpoint-final"));
    const { state, about } = (await loadCheckpoint(folder))!;
    assert.deepEqual([state, about], [states[1], null]);

    await Deno.writeTextFile(join(folder, "checkpoint-4", "checkpoint.json"), '{"format": "nlora-che');
    await assert.rejects(
      loadCheckpoint(folder),
      (error) => error instanceof UsageError && /checkpoint-4 is not a whole checkpoint/.test(error.message),
    );
    await removeCheckpoints(folder);
    assert.deepEqual(names(folder), [".checkpoint-9.0123456789ab.tmp", "checkpoint-final"]);
    adapter.remove();
    model.dispose();
  });
});

Deno.test("checkpoints: one that cannot be written leaves the one before and nothing half done", async () => {
  await withFolder(async (folder) => {
    const model = tinyLlama(2);
    const adapter = await adapt(model, { method: "lora", rank: 2 });
    const notJson = 5n;
    const onCheckpoint = (state: TrainState) =>
      saveCheckpoint(folder, model, adapter, state, state.points.length === 5 ? notJson : null);
    await assert.rejects(train(model, adapter, examples, { ...options, checkpointSteps: 3, onCheckpoint }));
    assert.deepEqual(names(folder), ["checkpoint-3"]);
    adapter.remove();
    model.dispose();
  });
});

import assert from "node:assert/strict";
import { jsonProgress } from "../../lib/report/json_progress.ts";

Deno.test("programs get one line for each step, and none for what is no step", async () => {
  let written = "";
  const progress = jsonProgress({ write: (text: string) => written += text });
  const points = [
    { step: 1, loss: 2.5, grad_norm: 0.7, lr: 1e-3, tokens: 96 },
    { step: 2, loss: 2.25, grad_norm: 0.5, lr: 2e-3, tokens: 64 },
  ];
  progress.update({ phase: "load", done: 1, total: 9 });
  progress.update({ phase: "train", done: 0, total: 2 });
  for (const step of [1, 2]) {
    const training = { steps: 2, points: points.slice(0, step), tokensPerSecond: 48, secondsLeft: 2 - step };
    progress.update({ phase: "train", done: step, total: 2, text: "loss", training }, "LoRA");
  }
  await progress.end();
  assert.deepEqual(
    written.trimEnd().split("\n").map((line) => JSON.parse(line)),
    points.map((point, i) => ({ title: "LoRA", ...point, tokens_per_s: 48, seconds_left: 1 - i })),
  );
});

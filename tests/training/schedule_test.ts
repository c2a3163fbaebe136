import assert from "node:assert/strict";
import { cosineSchedule } from "../../lib/training/schedule.ts";

Deno.test("cosineSchedule: warms up in a line, falls all the time after, and ends near zero", () => {
  const rate = (step: number) => cosineSchedule(step, { learningRate: 2, steps: 100, warmupSteps: 10 });
  assert.ok(Math.abs(rate(0) - 0.2) < 1e-12);
  for (let step = 10; step < 100; step++) assert.ok(rate(step) < rate(step - 1));
  assert.ok(rate(99) > 0 && rate(99) < 1e-3);
});

Deno.test("cosineSchedule: without warm-up it begins at the full rate", () => {
  assert.equal(cosineSchedule(0, { learningRate: 3, steps: 5, warmupSteps: 0 }), 3);
});

import assert from "node:assert/strict";
import { cosineSchedule, findSchedule, linearSchedule } from "../../lib/training/schedule.ts";

Deno.test("cosineSchedule: warms up in a line, falls all the time after, and ends near zero", () => {
  const rate = (step: number) => cosineSchedule(step, { learningRate: 2, steps: 100, warmupSteps: 10 });
  assert.ok(Math.abs(rate(0) - 0.2) < 1e-12);
  for (let step = 10; step < 100; step++) assert.ok(rate(step) < rate(step - 1));
  assert.ok(rate(99) > 0 && rate(99) < 1e-3);
});

Deno.test("cosineSchedule: without warm-up it begins at the full rate", () => {
  assert.equal(cosineSchedule(0, { learningRate: 3, steps: 5, warmupSteps: 0 }), 3);
});

Deno.test("linearSchedule: the values of transformers' get_linear_schedule_with_warmup after the warm-up", () => {
  const rate = (step: number) => linearSchedule(step, { learningRate: 8, steps: 12, warmupSteps: 4 });
  assert.deepEqual([0, 3, 4, 5, 8, 11].map(rate), [2, 8, 8, 7, 4, 1]);
  assert.equal(linearSchedule(0, { learningRate: 3, steps: 5, warmupSteps: 0 }), 3);
});

Deno.test("findSchedule: an unknown name is refused with the known ones", () => {
  assert.equal(findSchedule("linear"), linearSchedule);
  assert.throws(() => findSchedule("steps"), /choose one of cosine, linear/);
});

import assert from "node:assert/strict";
import process from "node:process";
import { afterComputing, mostByClock } from "../../../lib/evaluation/sandbox/after_computing.ts";

/** Whether the call has come, by a clock and a processor's clock that stand where they are set. */
function withClocks(
  seconds: number,
  steps: readonly (readonly [passed: number, computed: number])[],
): boolean[] {
  const [now, usage, every] = [performance.now, process.cpuUsage, globalThis.setInterval];
  let [time, computed] = [500, 0];
  let tick = () => {};
  performance.now = () => time;
  process.cpuUsage = () => ({ user: 0.7e6 * computed, system: 0.3e6 * computed });
  globalThis.setInterval = ((call: () => void) => (tick = call, 0)) as unknown as typeof setInterval;
  let calls = 0;
  try {
    afterComputing(seconds, () => calls++);
    return steps.map(([passed, processor]) => {
      [time, computed] = [500 + 1000 * passed, processor];
      tick();
      return calls > 0;
    });
  } finally {
    [performance.now, process.cpuUsage, globalThis.setInterval] = [now, usage, every];
  }
}

Deno.test("afterComputing: what computes all the time is called when its time is over", () => {
  assert.deepEqual(withClocks(3, [[1, 1], [2.9, 5], [3, 2.9]]), [false, false, true]);
});

Deno.test("afterComputing: what is kept from the processor has more time by the clock, and what waits not for ever", () => {
  assert.deepEqual(withClocks(3, [[20, 1], [25, 2.5]]), [false, true]);
  assert.deepEqual(withClocks(3, [[20, 0], [3 * mostByClock, 0]]), [false, true]);
});

Deno.test("afterComputing: the call is taken back", async () => {
  const takeBack = afterComputing(1e-3, () => assert.fail("it was called"));
  takeBack();
  await new Promise((resolve) => setTimeout(resolve, 20));
});

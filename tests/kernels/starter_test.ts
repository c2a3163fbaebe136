import assert from "node:assert/strict";
import process from "node:process";
import { watchStarter } from "../../kernels/starter.ts";

/** Whether the kernel takes itself for orphaned once its parent, 10, has ended. */
function orphaned(named: number, alive: readonly number[]): boolean {
  let parent = 10;
  const hasEnded = watchStarter(named, { parent: () => parent, isAlive: (pid) => alive.includes(pid) });
  assert.equal(hasEnded(), false);
  parent = 1;
  return hasEnded();
}

Deno.test("starter: where Jupyter is the parent, or none is named, the parent's end counts", () => {
  assert.equal(orphaned(10, [10]), true);
  assert.equal(orphaned(NaN, []), true);
});

Deno.test("starter: a launcher may end, what counts is the end of the Jupyter behind it", () => {
  assert.equal(orphaned(5, [5]), false);
  assert.equal(orphaned(5, []), true);
});

Deno.test("starter: where Jupyter has ended before the kernel looked, the kernel has no starter", () => {
  const seen = (alive: readonly number[]) =>
    watchStarter(5, { parent: () => 1, isAlive: (pid) => alive.includes(pid) })();
  assert.deepEqual([seen([5]), seen([])], [false, true]);
});

Deno.test("starter: this process's own is there", () => assert.equal(watchStarter(process.ppid)(), false));

import assert from "node:assert/strict";
import { limitConcurrency } from "../../lib/evaluation/limit_concurrency.ts";

Deno.test("at most so many run at once, in their order, and a failure gives its place to the next", async () => {
  const limited = limitConcurrency(2);
  const started: number[] = [];
  const ends: (() => void)[] = [];
  const runs = [0, 1, 2, 3].map((n) =>
    limited(async () => {
      started.push(n);
      await new Promise<void>((resolve) => ends[n] = resolve);
      if (n === 1) throw new Error("one");
      return n;
    }).catch((error: Error) => error.message)
  );
  const turn = () => new Promise((resolve) => setTimeout(resolve));
  await turn();
  assert.deepEqual(started, [0, 1]);
  ends[1]!();
  await turn();
  assert.deepEqual(started, [0, 1, 2]);
  ends[0]!();
  ends[2]!();
  await turn();
  ends[3]!();
  assert.deepEqual(await Promise.all(runs), [0, "one", 2, 3]);
});

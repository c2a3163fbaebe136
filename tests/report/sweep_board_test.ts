import assert from "node:assert/strict";
import { boardLines, sweepBoard } from "../../lib/report/sweep_board.ts";
import type { SweepRun, SweepState } from "../../lib/experiments/sweeps/sweep_state.ts";
import type { Displayable } from "../../lib/report/jupyter.ts";
import { jupyterDisplay } from "../../lib/report/jupyter.ts";
import { fakeRecord } from "../experiments/sweeps/fake_job.ts";
import { fakePlan, fakeSpec } from "../experiments/sweeps/fake_plan.ts";

function state(...runs: (Partial<SweepRun> & Pick<SweepRun, "state">)[]): SweepState {
  const specs = runs.map((_, seed) => fakeSpec(seed));
  const { runs: plans } = fakePlan("nowhere", specs);
  const cost = { seconds: 60, memoryBytes: 1, diskBytes: 1 };
  const common = { record: null, progress: null, cost, note: null, lost: 0, log: "a.log" };
  const all = runs.map((run, i) => ({ plan: plans[i]!, ...common, ...run }));
  return { folder: "nowhere", executor: "local", runs: all, begun: 10_000, secondsLeft: 125 };
}

const done = (seed: number, ...losses: number[]) => ({
  state: "done" as const,
  record: fakeRecord(fakeSpec(seed), losses, "done"),
});

const sample = state(
  done(0, 3, 2),
  done(1, 3, 1.5),
  { state: "runs", progress: { phase: "train", done: 2, total: 4, loss: 1.25 } },
  { state: "waits" },
  { state: "failed", note: "rank 5 exceeds 4" },
);

Deno.test("boardLines: counts, time left and the best so far; a line for each that runs, and the reason of each failure", () => {
  const clock = performance.now;
  performance.now = () => 15_000;
  const lines = boardLines(sample);
  performance.now = clock;
  assert.deepEqual(lines, [
    "5 runs: 2 done, 1 runs, 1 waits, 1 failed; 5 s so far; some 2 min 5 s left; " +
    "best loss 1.500 (LoRA r 2, arithmetic, lr 0.0002, seed 1)",
    "  LoRA r 2, arithmetic, lr 0.0002, seed 2: train 2/4, loss 1.250",
    "  LoRA r 2, arithmetic, lr 0.0002, seed 4 failed: rank 5 exceeds 4",
  ]);
});

Deno.test("boardLines: a score counts more than a loss, and a higher one is better", () => {
  const scored = (seed: number, value: number) => {
    const run = done(seed, 1);
    const score = { metric: "accuracy", value, before: null, n: 10, eval_s: 1, examples_file: null };
    return { ...run, record: { ...run.record, eval: score } };
  };
  const [line] = boardLines(state(scored(0, 0.5), scored(1, 0.75), done(2, 0.1)));
  assert.match(line!, /best accuracy 0\.7500 \(.* seed 1\)$/);
});

Deno.test("sweepBoard: writes over itself on a terminal, cut to its width, and one line now and then elsewhere", async () => {
  let written = "";
  const write = (text: string) => written += text;
  const terminal = sweepBoard({ write, isTTY: true, columns: 40 });
  terminal.update(sample);
  await terminal.end();
  const [before, first, last] = written.split("\x1b[J");
  assert.equal(before, "\r");
  assert.ok(first!.includes("\x1b[3A\r"), "back over its three lines");
  assert.deepEqual(last!.split("\n").map((line) => line.length), [39, 39, 39, 0]);
  written = "";
  const log = sweepBoard({ write });
  log.update(sample);
  log.update(sample);
  await log.end();
  assert.equal(written.trim().split("\n").length, 2, "the first state and the last");
});

Deno.test("sweepBoard: one display in a notebook, updated in place", async () => {
  const shown: { text: string; update?: boolean; display_id?: string }[] = [];
  const kernel = {
    async display(thing: Displayable, options: { update?: boolean; display_id?: string } = {}) {
      const bundle = await thing[jupyterDisplay]();
      shown.push({ text: String(bundle["text/html"]), ...options });
    },
  };
  const board = sweepBoard(undefined, kernel);
  board.update(sample);
  await board.end();
  assert.deepEqual(shown.map(({ update }) => update), [false, true]);
  assert.equal(new Set(shown.map(({ display_id }) => display_id)).size, 1);
  assert.match(shown[0]!.text, /^<pre>5 runs: 2 done/);
});

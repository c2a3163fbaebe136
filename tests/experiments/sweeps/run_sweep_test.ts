import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { localExecutor, type LocalOptions } from "../../../lib/experiments/sweeps/local_executor.ts";
import { runSweep, type SweepOptions } from "../../../lib/experiments/sweeps/run_sweep.ts";
import type { SweepPlan } from "../../../lib/experiments/sweeps/plan_sweep.ts";
import type { SweepState } from "../../../lib/experiments/sweeps/sweep_state.ts";
import type { Spec } from "../../../lib/experiments/spec.ts";
import { openStore } from "../../../lib/experiments/store/open_store.ts";
import { UsageError } from "../../../lib/usage_error.ts";
import { withFolder } from "../../temporary_folder.ts";
import { fakeCommand, fakePlan, fakeSpec } from "./fake_plan.ts";

const fake = { command: fakeCommand, memoryLimit: 1e12 };

async function sweep(
  folder: string,
  specs: readonly Spec[],
  options: Partial<SweepOptions> = {},
  local: LocalOptions = {},
): Promise<SweepState> {
  const executor = localExecutor({ ...fake, parallel: 2, ...local });
  try {
    return await runSweep(fakePlan(folder, specs), { trials: new Map(), ...options, executor });
  } finally {
    await executor.close();
  }
}

const lives = ({ runs }: SweepState) =>
  runs.map(({ plan }) => {
    const file = join(plan.folder, "lives");
    return existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
  });
const states = ({ runs }: SweepState) => runs.map(({ state }) => state);

Deno.test("runSweep: every run ends with one record, whether it works, refuses, dies and comes back, or dies for good", async () => {
  await withFolder(async (folder) => {
    const specs = [fakeSpec(0), fakeSpec(1, "refuse"), fakeSpec(2, "die 1"), fakeSpec(3, "die 9")];
    let most = 0;
    const state = await sweep(folder, specs, {
      attempts: 2,
      onChange: ({ runs }) => most = Math.max(most, runs.filter((run) => run.state === "runs").length),
    });
    assert.deepEqual(states(state), ["done", "failed", "done", "failed"]);
    assert.deepEqual(lives(state), [1, 1, 2, 2]);
    assert.equal(most, 2);
    const { records, damaged } = openStore(join(folder, "runs"));
    assert.deepEqual(records.map(({ run }) => run.seed).sort(), [0, 1, 2, 3]);
    assert.deepEqual(damaged.map(({ path }) => path).filter((path) => path.endsWith("record.json")), []);
    const errors = new Map(records.map(({ run }) => [run.seed, run.error]));
    assert.equal(errors.get(1), "there is no such thing");
    assert.match(errors.get(3)!, /SIGKILL; see .*\.log \(tried 2 times\)/);
    assert.match(readFileSync(state.runs[2]!.log, "utf8"), /life 1\nlife 2\n/);

    const again = await sweep(folder, specs);
    assert.deepEqual(lives(again), [1, 2, 2, 5], "what is done is not done again; what failed is");
    const forced = await sweep(folder, specs.slice(0, 1), { force: true });
    assert.deepEqual([states(forced), lives(forced)], [["done"], [1]], "its folder was emptied");
  });
});

Deno.test("runSweep: an interrupt keeps what there is, and the same call goes on with it", async () => {
  await withFolder(async (folder) => {
    const specs = [fakeSpec(0, "hang"), fakeSpec(1, "hang"), fakeSpec(2)];
    const controller = new AbortController();
    const state = await sweep(folder, specs, {
      signal: controller.signal,
      onChange: ({ runs }) => {
        if (runs.slice(0, 2).every(({ progress }) => progress !== null)) controller.abort();
      },
    });
    assert.deepEqual(states(state), ["interrupted", "interrupted", "waits"]);
    const taken = state.runs.slice(0, 2).map(({ record }) => record!.train!.points.length);
    assert.ok(taken.every((steps) => steps >= 1 && steps < 4), String(taken));
    const again = await sweep(folder, specs);
    assert.deepEqual([states(again), lives(again)], [["done", "done", "done"], [2, 2, 1]]);
  });
});

Deno.test("runSweep: halving gives up the worst at each step, and the same ones when it is called again", async () => {
  await withFolder(async (folder) => {
    const specs = [-0.1, -0.4, -0.2, -0.3].map((slope, seed) => fakeSpec(seed, `slope ${slope}`));
    const halving = { metric: "loss", at: [2, 3] } as const;
    const state = await sweep(folder, specs, { halving });
    assert.deepEqual(states(state), ["dropped", "done", "dropped", "dropped"]);
    assert.deepEqual(state.runs.map(({ record }) => record!.train!.points.length), [2, 4, 2, 3]);
    assert.match(state.runs[0]!.record!.run.error!, /given up at step 2: place 4 of 4 by loss \(4\.950\)/);
    const again = await sweep(folder, specs, { halving });
    assert.deepEqual([states(again), lives(again)], [states(state), lives(state)]);
  });
});

Deno.test("runSweep: never more memory than the limit: the youngest is ended and goes on later, what cannot fit is not done", async () => {
  await withFolder(async (folder) => {
    const specs = [fakeSpec(0, "hold 300", "outlive"), fakeSpec(1, "hold 300", "hang")];
    let most = 0;
    const state = await sweep(folder, specs, {
      onChange: ({ runs }) => most = Math.max(most, runs.filter((run) => run.state === "runs").length),
    }, { memoryLimit: 600e6 });
    assert.equal(most, 2, "before it was known what they hold");
    assert.deepEqual(states(state), ["done", "done"]);
    assert.deepEqual(lives(state), [1, 2]);
    const small = await sweep(folder, [fakeSpec(2, "hold 300", "hang")], {}, { memoryLimit: 200e6 });
    assert.deepEqual(states(small), ["too large"]);
    assert.match(small.runs[0]!.note!, /it needs \d+ MB and the limit is 200 MB/);
  });
});

Deno.test("runSweep: refuses a folder that another process sweeps, and results of something else than was planned", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "sweep.lock"), `elsewhere 1`);
    await assert.rejects(
      sweep(folder, [fakeSpec(0)]),
      (error) => error instanceof UsageError && /in use by the process elsewhere 1/.test(error.message),
    );
    await Deno.remove(join(folder, "sweep.lock"));
    const plan = fakePlan(folder, [fakeSpec(0)]);
    const source = { ...plan.runs[0]!.source, data_digest: "e".repeat(64) };
    const other = { ...plan, runs: [{ ...plan.runs[0]!, source, key: "e".repeat(64) }] };
    const sweepPlan = (plan: SweepPlan) => {
      const executor = localExecutor({ ...fake, parallel: 1 });
      return runSweep(plan, { trials: new Map(), executor }).finally(() => executor.close());
    };
    await assert.rejects(
      sweepPlan(other),
      /result of another spec, code, model, data or platform: one of them changed while the sweep ran/,
    );
    const [run] = plan.runs;
    const card = {
      ...plan,
      runs: [{ ...run!, source: { ...run!.source, device: "a card" }, key: "f".repeat(64) }],
    };
    await assert.rejects(
      sweepPlan(card),
      /it came from none on none, and none on a card was planned; make all nodes alike/,
    );
  });
});

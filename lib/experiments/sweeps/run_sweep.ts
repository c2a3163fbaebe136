import { join } from "node:path";
import type { Executor, JobEnd, RunningJob } from "./executor.ts";
import type { Halving } from "./grid.ts";
import { halve } from "./halve.ts";
import { holdLock } from "./hold_lock.ts";
import { KnownScores } from "./known_scores.ts";
import { openRun } from "./open_run.ts";
import type { SweepPlan } from "./plan_sweep.ts";
import { secondsLeft } from "./seconds_left.ts";
import { hasReached, keepRecord, settleRun } from "./settle_run.ts";
import type { SweepRun, SweepState } from "./sweep_state.ts";
import type { Trial } from "./trial.ts";

/** How a sweep goes. */
export interface SweepOptions {
  readonly executor: Executor;
  /** By the group of each run; see {@linkcode trialGroup}. */
  readonly trials: ReadonlyMap<string, Trial>;
  /** Folder of the tasks' data. */
  readonly data?: string;
  /** Does finished runs anew. */
  readonly force?: boolean;
  readonly halving?: Halving;
  /** Whether only records are to stay of runs that are done. */
  readonly discardAdapters?: boolean;
  /** How often a run is started whose process dies without a word; by default 3. */
  readonly attempts?: number;
  readonly onChange?: (state: SweepState) => void;
  readonly signal?: AbortSignal;
}

/**
 * Does all runs of a plan that have no result yet, as many at once as the executor has room for. Each ends with one record in its own
 * folder, also where its input is refused or its process dies again and again; those that an interrupt stops keep what they have, and the
 * same call goes on with them.
 *
 * @throws UsageError where another process works on the same folder
 * @throws Error where a job comes back with the result of another code, model, data or platform than was planned
 */
export async function runSweep(plan: SweepPlan, options: SweepOptions): Promise<SweepState> {
  const release = await holdLock(join(plan.folder, "sweep"), options.signal, 0);
  try {
    return await new Sweep(plan, options).run();
  } finally {
    release();
  }
}

class Sweep {
  readonly #options: SweepOptions;
  readonly #runs: SweepRun[];
  readonly #state: { -readonly [K in keyof SweepState]: SweepState[K] };
  readonly #running = new Map<SweepRun, RunningJob>();
  readonly #before = new KnownScores();

  constructor({ folder, runs }: SweepPlan, options: SweepOptions) {
    const { executor, trials, force = false } = options;
    this.#options = options;
    this.#runs = runs.map((plan) =>
      openRun(plan, { folder, trials, memoryLimit: executor.memoryLimit, force })
    );
    for (const { plan, record } of this.#runs) this.#before.learn(plan, record);
    this.#state = {
      folder,
      executor: executor.name,
      runs: this.#runs,
      begun: performance.now(),
      secondsLeft: 0,
    };
  }

  async run(): Promise<SweepState> {
    const { halving, signal } = this.#options;
    const stop = () => this.#running.forEach((job) => job.stop());
    signal?.addEventListener("abort", stop);
    try {
      for (const step of halving?.at ?? []) {
        await this.#stage(step);
        if (!this.#stopping()) await this.#halve(step, halving!);
      }
      await this.#stage(null);
    } catch (error) {
      stop();
      await Promise.allSettled([...this.#running.values()].map(({ ended }) => ended));
      throw error;
    } finally {
      signal?.removeEventListener("abort", stop);
    }
    this.#tell();
    return this.#state;
  }

  #stopping(): boolean {
    return this.#options.signal?.aborted === true;
  }

  /** Brings all runs to the end, or to a step at which they rest. */
  async #stage(pauseAt: number | null): Promise<void> {
    for (const run of this.#runs) {
      if (run.state === "rests") run.state = "waits";
      if (run.state === "waits" && pauseAt !== null && hasReached(run, pauseAt)) run.state = "rests";
    }
    const waiting = this.#runs.filter(({ state }) => state === "waits");
    const ends = new Map<SweepRun, Promise<{ run: SweepRun; end: JobEnd }>>();
    for (;;) {
      while (!this.#stopping() && waiting.length > 0 && this.#hasRoom(waiting[0]!)) {
        const run = waiting.shift()!;
        const job = this.#start(run, pauseAt);
        this.#running.set(run, job);
        ends.set(run, job.ended.then((end) => ({ run, end })));
      }
      this.#tell();
      if (ends.size === 0) return;
      const { run, end } = await Promise.race(ends.values());
      ends.delete(run);
      this.#running.delete(run);
      await settleRun(run, end, {
        memoryLimit: this.#options.executor.memoryLimit,
        attempts: this.#options.attempts ?? 3,
        pauseAt,
        stopping: this.#stopping(),
      });
      this.#before.learn(run.plan, run.record);
      if (run.state === "waits" && !this.#stopping()) waiting.push(run);
    }
  }

  #hasRoom({ cost }: SweepRun): boolean {
    const { slots, memoryLimit } = this.#options.executor;
    const held = [...this.#running].reduce(
      (sum, [run, job]) => sum + Math.max(run.cost.memoryBytes, job.memoryBytes()),
      0,
    );
    return this.#running.size < slots && (this.#running.size === 0 || held + cost.memoryBytes <= memoryLimit);
  }

  #start(run: SweepRun, pauseAt: number | null): RunningJob {
    const { data, discardAdapters, executor, force } = this.#options;
    const { id, spec, folder } = run.plan;
    const before = this.#before.of(run.plan);
    run.state = "runs";
    run.progress = null;
    return executor.start(
      {
        ...{ id, spec, out: folder },
        ...data !== undefined && { data },
        ...before !== undefined && { before },
        ...pauseAt !== null && pauseAt < spec.steps && { pauseAt },
        ...discardAdapters && { discardAdapter: true },
        ...force && run.record === null && { fresh: true },
      },
      { memoryBytes: run.cost.memoryBytes },
      run.log,
      (progress) => {
        run.progress = progress;
        this.#tell();
      },
    );
  }

  async #halve(step: number, halving: Halving): Promise<void> {
    const group = ({ plan: { spec } }: SweepRun) => JSON.stringify([spec.model, spec.task]);
    for (const { run, place, of, score } of halve(this.#runs, group, step, halving)) {
      if (run.state !== "rests") continue; // given up before, or done already
      const error = `given up at step ${step}: place ${place} of ${of} by ${halving.metric} (${
        score.toPrecision(4)
      })`;
      const record = run.record!;
      run.record = { ...record, run: { ...record.run, status: "dropped", error } };
      [run.state, run.note] = ["dropped", error];
      await keepRecord(run);
    }
  }

  #tell(): void {
    this.#state.secondsLeft = secondsLeft(this.#runs, this.#options.executor.slots);
    this.#options.onChange?.(this.#state);
  }
}

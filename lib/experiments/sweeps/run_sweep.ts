import { rmSync } from "node:fs";
import { join } from "node:path";
import { writeAside } from "../../formats/write_aside.ts";
import { isFinished, type RunRecord } from "../record.ts";
import { recordKey } from "../run_key.ts";
import { type ScoresBefore, scoresBefore } from "../scores_before.ts";
import type { Executor, JobEnd, RunningJob } from "./executor.ts";
import { failedRecord } from "./failed_record.ts";
import type { Halving } from "./grid.ts";
import { halve } from "./halve.ts";
import { holdLock } from "./hold_lock.ts";
import { isPlannedDone, type PlannedRun, type SweepPlan } from "./plan_sweep.ts";
import type { SweepRun, SweepState } from "./sweep_state.ts";
import { type RunCost, runCost, type Trial, trialGroup } from "./trial.ts";

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
 * @throws Error where a job comes back with the result of another code, model or data than was planned
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
  /** Scores of unadapted models, by what they follow from. */
  readonly #before = new Map<string, ScoresBefore>();
  readonly #attempts: number;

  constructor({ folder, runs }: SweepPlan, options: SweepOptions) {
    this.#options = options;
    this.#attempts = options.attempts ?? 3;
    this.#runs = runs.map((plan) => this.#open(plan, folder));
    this.#state = {
      folder,
      executor: options.executor.name,
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

  #open(plan: PlannedRun, folder: string): SweepRun {
    const { force, trials, executor } = this.#options;
    const done = isPlannedDone(plan) && !force;
    if (!done && force) rmSync(plan.folder, { recursive: true, force: true });
    const cost = costOf(plan, trials);
    const tooLarge = !done && cost.memoryBytes > executor.memoryLimit;
    const record = force ? null : plan.record;
    this.#learn(record);
    return {
      ...{ plan, record, cost, progress: null, lost: 0, log: join(folder, "logs", `${plan.id}.log`) },
      state: done ? plan.record!.run.status : tooLarge ? "too large" : "waits",
      note: tooLarge ? needsMore(cost.memoryBytes, executor.memoryLimit) : null,
    };
  }

  #stopping(): boolean {
    return this.#options.signal?.aborted === true;
  }

  /** Brings all runs to the end, or to a step at which they rest. */
  async #stage(pauseAt: number | null): Promise<void> {
    for (const run of this.#runs) {
      if (run.state === "rests") run.state = "waits";
      if (run.state === "waits" && pauseAt !== null && rests(run, pauseAt)) run.state = "rests";
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
      await this.#end(run, end, pauseAt);
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
    const before = this.#before.get(beforeKey(run.plan));
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

  async #end(run: SweepRun, end: JobEnd, pauseAt: number | null): Promise<void> {
    const { executor } = this.#options;
    run.record = end.record ?? run.record;
    if (end.memoryBytes !== null) {
      run.cost = { ...run.cost, memoryBytes: Math.max(run.cost.memoryBytes, end.memoryBytes) };
    }
    switch (end.kind) {
      case "ended":
        run.state = end.record!.run.status;
        run.note = end.record!.run.error;
        if (pauseAt !== null && run.state === "interrupted" && rests(run, pauseAt)) run.state = "rests";
        await this.#keep(run);
        break;
      case "refused":
        await this.#fail(run, end.reason!);
        break;
      case "over memory":
        run.state = run.cost.memoryBytes > executor.memoryLimit ? "too large" : "waits";
        run.note = needsMore(run.cost.memoryBytes, executor.memoryLimit);
        break;
      case "lost":
        if (this.#stopping()) run.state = "waits";
        else if (++run.lost < this.#attempts) [run.state, run.note] = ["waits", end.reason];
        else await this.#fail(run, `${end.reason} (tried ${run.lost} times)`);
    }
  }

  async #fail(run: SweepRun, reason: string): Promise<void> {
    run.record = failedRecord(run.plan.source, reason, new Date());
    [run.state, run.note] = ["failed", reason];
    await this.#write(run);
  }

  /** Checks what came back, and keeps it where the executor has not. */
  async #keep(run: SweepRun): Promise<void> {
    const { key, id } = run.plan;
    const came = recordKey(run.record!);
    if (came !== key && !(came === null && run.state === "failed")) {
      throw new Error(
        `run ${id} came back with the result of another spec, code, model or data than was planned: one of them changed ` +
          "while the sweep ran; start the sweep again",
      );
    }
    this.#learn(run.record);
    await this.#write(run);
  }

  async #write({ plan, record }: SweepRun): Promise<void> {
    await writeAside(join(plan.folder, "record.json"), JSON.stringify(record, null, 2) + "\n");
  }

  #learn(record: RunRecord | null): void {
    const before = record && scoresBefore(record);
    if (before) this.#before.set(beforeKeyOf(record.run.spec, record.meta), before);
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
      await this.#write(run);
    }
  }

  #tell(): void {
    const { onChange, executor } = this.#options;
    const left = this.#runs.filter(({ state }) => state === "waits" || state === "runs" || state === "rests");
    const atOnce = Math.max(1, Math.min(executor.slots, left.length));
    this.#state.secondsLeft = left.reduce((sum, run) => sum + run.cost.seconds * (1 - share(run)), 0) /
      atOnce;
    onChange?.(this.#state);
  }
}

/** How much of a run is done, by its steps. */
function share({ progress, plan }: SweepRun): number {
  if (progress === null) return 0;
  if (progress.phase === "evaluate after") return 0.9;
  return progress.phase === "train" ? 0.9 * progress.done / plan.spec.steps : 0;
}

function rests({ record, plan }: SweepRun, step: number): boolean {
  const taken = record?.train?.points.length ?? 0;
  return record !== null && !isFinished(record.run.status) && taken >= Math.min(step, plan.spec.steps);
}

function costOf(plan: PlannedRun, trials: ReadonlyMap<string, Trial>): RunCost {
  const trial = trials.get(trialGroup(plan));
  return trial ? runCost(plan, trial) : { seconds: 0, memoryBytes: 0, diskBytes: 0 };
}

function beforeKey({ spec, source }: PlannedRun): string {
  return beforeKeyOf(spec, source);
}

function beforeKeyOf(
  { model, weights, task, max_new_tokens }: PlannedRun["spec"],
  { data_digest, code_digest }: { data_digest: string; code_digest?: string | null },
): string {
  return JSON.stringify([model, weights, task, max_new_tokens, data_digest, code_digest]);
}

function needsMore(bytes: number, limit: number): string {
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`;
  return `it needs ${megabytes(bytes)} and the limit is ${megabytes(limit)}`;
}

import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Adapter } from "../adapters/adapter.ts";
import { canCompile, compilations } from "../tensor/compile.ts";
import { type Checkpoint, saveCheckpoint } from "../training/checkpoint.ts";
import type { TrainResult } from "../training/train_progress.ts";
import type { Course, CourseScore, CourseTest, LoadedCourse } from "./course.ts";
import type { CheckpointedRun } from "./earlier_run.ts";
import type { EpochScore } from "./record.ts";
import { runFiles } from "./run_files.ts";
import type { RunOptions, RunProgress } from "./run_options.ts";
import type { Spec } from "./spec.ts";

/** A run with its data, and where it goes on from. */
export interface RunWork {
  readonly spec: Spec;
  readonly course: Course;
  readonly data_digest: string;
  readonly started: string;
  readonly checkpoint: Checkpoint<CheckpointedRun> | null;
}

/**
 * Scores the model as it is.
 *
 * @param file for the judged examples, within the run's folder
 */
export type ScoreRun = (
  phase: "evaluate before" | "evaluate epoch" | "evaluate after",
  test: CourseTest,
  file?: string,
) => Promise<CourseScore>;

/** Trains an adapter as a spec asks, with checkpoints and, for a new head, a score after each epoch. */
export async function trainSpec(
  { model, train }: LoadedCourse,
  adapter: Adapter,
  { spec, course, checkpoint }: RunWork,
  about: CheckpointedRun & { readonly epochs: EpochScore[] },
  score: ScoreRun,
  { onStep, onAdapter, signal, out, checkpointSteps = 0, checkpointMinutes = 10 }: RunOptions,
  tell: (progress: RunProgress) => void,
): Promise<TrainResult> {
  const [test] = course.tests;
  if (!checkpoint) await onAdapter?.(adapter, 0);
  tell({
    phase: "train",
    done: checkpoint?.state.points.length ?? 0,
    total: spec.steps,
    ...canCompile() && { text: "compiling" },
  });
  const newlyCompiled = compilationNews();
  return await train(adapter, {
    steps: spec.steps,
    learningRate: spec.learning_rate,
    batch: spec.batch,
    accumulation: spec.accumulation,
    length: spec.length,
    warmupSteps: spec.warmup_steps,
    schedule: spec.schedule,
    weightDecay: spec.weight_decay,
    maxGradNorm: spec.max_grad_norm,
    shuffleSeed: spec.shuffle ? spec.seed : null,
    packing: spec.packing,
    bucketing: spec.bucketing,
    precision: spec.precision,
    recompute: spec.recompute,
    onStep: async (point, training) => {
      const rate = `loss ${point.loss.toFixed(3)}, ${training.tokensPerSecond.toFixed(0)} tokens/s`;
      const text = [rate, ...newlyCompiled()].join(", ");
      tell({ phase: "train", done: point.step, total: spec.steps, text, training });
      onStep?.(point);
      await onAdapter?.(adapter, point.step);
    },
    ...course.newHead && test && {
      onEpoch: async ({ epoch, step }) => {
        if (about.epochs.some((score) => score.step === step)) return; // before the run was gone on with
        const { value, n } = await score("evaluate epoch", test);
        if (n === test.examples.length) about.epochs.push({ epoch, step, value });
      },
    },
    ...signal && { signal },
    ...checkpoint && { from: checkpoint.state },
    ...out !== undefined && {
      checkpointSteps,
      checkpointMinutes,
      onCheckpoint: async (state) => {
        await rm(join(out, runFiles.record), { force: true }); // of an earlier run, which would pass for this one's
        await saveCheckpoint(out, model, adapter, state, about);
      },
    },
  });
}

/** At each call, what has been compiled since the call before, in words. */
function compilationNews(): () => string[] {
  let before = compilations();
  return () => {
    const now = compilations();
    const programs = now.programs - before.programs;
    const seconds = ((now.milliseconds - before.milliseconds) / 1000).toFixed(1);
    before = now;
    return programs > 0 ? [`${programs} programs compiled in ${seconds} s`] : [];
  };
}

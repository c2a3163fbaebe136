import { rm } from "node:fs/promises";
import { join } from "node:path";
import { adapt } from "../adapters/adapt.ts";
import { loadAdapter, saveAdapter } from "../adapters/adapter_files.ts";
import type { Adapter } from "../adapters/adapter.ts";
import { adapterDigest } from "../adapters/adapter_folder.ts";
import { targetedLinears } from "../adapters/target_linears.ts";
import { endLog, openJsonLinesLog } from "../formats/json_lines_log.ts";
import { writeAside } from "../formats/write_aside.ts";
import { canCompile, compilations } from "../tensor/compile.ts";
import { peakMemory } from "../tensor/peak_memory.ts";
import { useBackend } from "../tensor/use_backend.ts";
import { type Checkpoint, removeCheckpoints, saveCheckpoint } from "../training/checkpoint.ts";
import { isOutOfMemory } from "../training/out_of_memory.ts";
import type { TrainPoint, TrainProgress, TrainResult } from "../training/train.ts";
import { UsageError } from "../usage_error.ts";
import { type Course, type CourseScore, type LoadedCourse, openCourse } from "./course.ts";
import { codeDigest } from "./code_digest.ts";
import { type CheckpointedRun, type EarlierRun, findEarlierRun } from "./earlier_run.ts";
import { gitState, jsonDigest, machine, versions } from "./environment.ts";
import { prepareFolder } from "./prepare_folder.ts";
import { type EpochScore, recordSchema, type RunRecord } from "./record.ts";
import { recordText } from "./record_text.ts";
import { adapterOptions, completeSpec, type PartialSpec, type Spec, withSteps } from "./spec.ts";

/** How far a run is, for a progress line. */
export interface RunProgress {
  readonly phase: "load" | "evaluate before" | "start" | "train" | "evaluate epoch" | "evaluate after";
  readonly done: number;
  readonly total: number;
  readonly text?: string;
  /** The steps, while the phase is `train` and one is taken. */
  readonly training?: TrainProgress;
}

/** Where a run takes its data from and puts its results. */
export interface RunOptions {
  /** Folder of the task's data; see the task for what is tried without it. */
  readonly data?: string;
  /** Folder for the adapter, the record and the judged examples; nothing is written without it. */
  readonly out?: string;
  /** The score of the unadapted model on the same examples, where it is known already and the model has one. */
  readonly before?: number;
  /**
   * Goes on with the run in `out` from its last checkpoint, or begins it where there is none; a run that is done is left as
   * it is, and its record given. The steps are then those of a run without a break, to the last bit on the CPU.
   */
  readonly resume?: boolean;
  /** Steps from one checkpoint to the next; 0, the default, counts none. */
  readonly checkpointSteps?: number;
  /** Minutes from one checkpoint to the next, 10 by default; 0 counts none. One is kept at the end of training too. */
  readonly checkpointMinutes?: number;
  readonly onProgress?: (progress: RunProgress) => void;
  readonly onStep?: (point: TrainPoint) => void;
  readonly signal?: AbortSignal;
}

/**
 * Runs one experiment from spec to record: loads the model, scores it, starts the adapter, trains, scores again, saves.
 * A run that fails after its input was accepted still gives a record, with status `failed`, `oom` or `diverged` and the
 * reason. With `out` it keeps checkpoints there until it is done.
 *
 * @throws UsageError for a spec, data or folder that cannot be used (nothing is written then); where `out` holds an
 *   unfinished run that is not to be resumed, or one of another spec, other data or another model that is
 */
export async function run(given: PartialSpec, options: RunOptions = {}): Promise<RunRecord> {
  const asked = completeSpec(given);
  if (options.resume && options.out === undefined) {
    throw new UsageError("a run is resumed in its folder; give that with --out");
  }
  await useBackend();
  const course = await openCourse(asked, options.data);
  const spec = withSteps(asked, course.trainExamples.length);
  const data_digest = jsonDigest([course.trainExamples, course.testExamples]);
  const earlier: EarlierRun = options.out === undefined
    ? { record: null, checkpoint: null }
    : await findEarlierRun(options.out, options.resume ?? false, { spec, data_digest });
  if (earlier.record) return earlier.record;
  const takeBack = options.out ? prepareFolder(options.out) : () => {};
  const started = earlier.checkpoint?.about.started ?? new Date().toISOString();
  const outcome = await attempt(
    { spec, course, data_digest, started, checkpoint: earlier.checkpoint },
    options,
  ).catch((error) => {
    takeBack();
    throw error;
  });
  const git = gitState();
  const record: RunRecord = {
    schema: recordSchema,
    run: {
      spec,
      seed: spec.seed,
      versions: versions(),
      git_commit: git.commit,
      git_dirty: git.dirty,
      started,
      status: outcome.status,
      error: outcome.error,
    },
    train: outcome.train,
    eval: outcome.eval,
    meta: { ...machine(), code_digest: codeDigest(), model_digest: outcome.modelDigest, data_digest },
    paper: null,
  };
  if (options.out) {
    await writeAside(join(options.out, recordFile), recordText(record));
    if (outcome.status === "done") {
      await removeCheckpoints(options.out);
      for (const file of [beforeFile, examplesFile]) await endLog(join(options.out, file));
    }
  }
  return record;
}

const recordFile = "record.json";
/** A line for each example as soon as it is judged: before training, and after. */
const beforeFile = "examples_before.jsonl";
const examplesFile = "examples.jsonl";

interface Outcome {
  status: RunRecord["run"]["status"];
  error: string | null;
  modelDigest: string;
  train: RunRecord["train"];
  eval: RunRecord["eval"];
}

/** A run with its data, and where it goes on from. */
interface Work {
  readonly spec: Spec;
  readonly course: Course;
  readonly data_digest: string;
  readonly started: string;
  readonly checkpoint: Checkpoint<CheckpointedRun> | null;
}

type Tell = (progress: RunProgress) => void;

async function attempt(work: Work, options: RunOptions): Promise<Outcome> {
  const { spec, course, checkpoint } = work;
  const examples = course.testExamples.length;
  const outcome: Outcome = { status: "done", error: null, modelDigest: "", train: null, eval: null };
  let phase: RunProgress["phase"] = "load";
  const tell: Tell = (progress) => {
    phase = progress.phase;
    options.onProgress?.(progress);
  };
  let loaded: LoadedCourse | null = null;
  let adapter: Adapter | null = null;
  try {
    loaded = await course.load({
      weights: spec.weights,
      onProgress: (done, total) => tell({ phase: "load", done, total }),
    });
    const { model } = loaded;
    outcome.modelDigest = model.digest;
    const score: Score = async (phase, file) => {
      tell({ phase, done: 0, total: examples });
      const log = file && options.out !== undefined
        ? await openJsonLinesLog<{ id: string }>(join(options.out, file), {
          spec,
          data_digest: work.data_digest,
          model_digest: model.digest,
          adapter_digest: file === beforeFile ? null : await adapterDigest(options.out),
        }, options.resume ?? false)
        : null;
      return await loaded!.score({
        onExample: (done, total) => tell({ phase, done, total }),
        ...log && { log },
        ...options.signal && { signal: options.signal },
      }).finally(() => log?.close(false));
    };
    const known = examples === 0 ? null : checkpoint?.about.before ?? options.before;
    const scoreBefore = async () =>
      known === undefined ? await score("evaluate before", beforeFile) : { value: known, n: examples };
    let before = course.newHead ? null : await scoreBefore();
    if (before && before.n < examples) return { ...outcome, status: "interrupted" };

    peakMemory.start();
    const begun = performance.now();
    adapter = checkpoint ? await loadAdapter(model, checkpoint.folder) : await start(model, spec, tell);
    const init_s = checkpoint?.about.init_s ?? (performance.now() - begun) / 1000;
    before ??= await scoreBefore(); // with the head that the adapter has drawn
    if (before.n < examples) return { ...outcome, status: "interrupted" };
    const epochs = [...checkpoint?.about.epochs ?? []];
    const about = {
      spec,
      data_digest: work.data_digest,
      started: work.started,
      before: before.value,
      epochs,
      init_s,
    };
    const compiled = compilations().milliseconds;
    const result = await trainSpec(loaded, adapter, work, about, score, options, tell);
    outcome.status = result.status;
    outcome.error = result.error;
    const peak = peakMemory.read();
    const bytes = options.out ? await saveAdapter(adapter, model, options.out) : null;
    outcome.train = {
      init_s,
      train_s: result.seconds,
      compile_s: (compilations().milliseconds - compiled) / 1000,
      tokens_per_s: result.tokensPerSecond,
      peak_memory_bytes: peak,
      trainable_parameters: adapter.trainableParameters,
      total_parameters: model.parameters + adapter.trainableParameters,
      adapter_file_bytes: bytes,
      points: result.points,
    };
    if (examples > 0 && result.status === "done") {
      const begun = performance.now();
      const after = await score("evaluate after", examplesFile);
      const eval_s = (performance.now() - begun) / 1000;
      const passes = spec.steps * spec.batch / course.trainExamples.length;
      if (course.newHead) epochs.push({ epoch: passes, step: spec.steps, value: after.value });
      outcome.eval = evaluationRecord(after, { before: before.value, epochs, eval_s }, options.out);
      if (after.n < examples) outcome.status = "interrupted";
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    Object.assign(
      outcome,
      isOutOfMemory(error)
        ? { status: "oom", error: `out of memory (phase: ${phase}): choose a smaller model (${message})` }
        : { status: "failed", error: message },
    );
  } finally {
    adapter?.remove();
    loaded?.model.dispose();
  }
  return outcome;
}

/** @param file for the judged examples, within the run's folder */
type Score = (
  phase: "evaluate before" | "evaluate epoch" | "evaluate after",
  file?: string,
) => Promise<CourseScore>;

function start(model: LoadedCourse["model"], spec: Spec, tell: Tell): Promise<Adapter> {
  const total = targetedLinears(spec, model.linears).length;
  let done = 0;
  return adapt(model, adapterOptions(spec), () => tell({ phase: "start", done: ++done, total }));
}

function trainSpec(
  { model, train }: LoadedCourse,
  adapter: Adapter,
  { spec, course, checkpoint }: Work,
  about: CheckpointedRun & { readonly epochs: EpochScore[] },
  score: Score,
  { onStep, signal, out, checkpointSteps = 0, checkpointMinutes = 10 }: RunOptions,
  tell: Tell,
): Promise<TrainResult> {
  tell({
    phase: "train",
    done: checkpoint?.state.points.length ?? 0,
    total: spec.steps,
    ...canCompile() && { text: "compiling" },
  });
  const newlyCompiled = compilationNews();
  return train(adapter, {
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
    onStep: (point, training) => {
      const rate = `loss ${point.loss.toFixed(3)}, ${training.tokensPerSecond.toFixed(0)} tokens/s`;
      const text = [rate, ...newlyCompiled()].join(", ");
      tell({ phase: "train", done: point.step, total: spec.steps, text, training });
      onStep?.(point);
    },
    ...course.newHead && course.testExamples.length > 0 && {
      onEpoch: async ({ epoch, step }) => {
        if (about.epochs.some((score) => score.step === step)) return; // before the run was gone on with
        const { value, n } = await score("evaluate epoch");
        if (n === course.testExamples.length) about.epochs.push({ epoch, step, value });
      },
    },
    ...signal && { signal },
    ...checkpoint && { from: checkpoint.state },
    ...out !== undefined && {
      checkpointSteps,
      checkpointMinutes,
      onCheckpoint: async (state) => {
        await rm(join(out, recordFile), { force: true }); // of an earlier run, which would pass for this one's
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

function evaluationRecord(
  { judged, metric, value, n, metrics, splits }: CourseScore,
  { before, epochs, eval_s }: { before: number | null; epochs: readonly EpochScore[]; eval_s: number },
  out: string | undefined,
): RunRecord["eval"] {
  return {
    metric,
    value,
    ...metrics && { metrics },
    ...splits && { splits },
    ...epochs.length > 0 && { epochs, best: bestOf(epochs) },
    before,
    n,
    eval_s,
    examples_file: out ? examplesFile : null,
    judged,
  };
}

function bestOf(epochs: readonly EpochScore[]): EpochScore {
  return epochs.reduce((best, epoch) =>
    !(best.value >= epoch.value) && epoch.value > -Infinity ? epoch : best
  );
}

import { join } from "node:path";
import { adapt } from "../adapters/adapt.ts";
import { saveAdapter } from "../adapters/adapter_files.ts";
import type { Adapter } from "../adapters/adapter.ts";
import { evaluate, type Evaluation } from "../evaluation/evaluate.ts";
import { findTask, type Task } from "../evaluation/tasks.ts";
import { writeAside } from "../formats/write_aside.ts";
import type { Llama } from "../models/llama.ts";
import { loadModel } from "../models/load_model.ts";
import { peakMemory } from "../tensor/peak_memory.ts";
import { useBackend } from "../tensor/use_backend.ts";
import type { Example } from "../text/example.ts";
import { train, type TrainPoint, type TrainResult } from "../training/train.ts";
import { UsageError } from "../usage_error.ts";
import { gitState, jsonDigest, machine, versions } from "./environment.ts";
import { prepareFolder } from "./prepare_folder.ts";
import type { RunRecord } from "./record.ts";
import { completeSpec, type PartialSpec, type Spec } from "./spec.ts";

/** How far a run is, for a progress line. */
export interface RunProgress {
  readonly phase: "load" | "evaluate before" | "start" | "train" | "evaluate after";
  readonly done: number;
  readonly total: number;
  readonly text?: string;
}

/** Where a run takes its data from and puts its results. */
export interface RunOptions {
  /** Folder of the task's data; see the task for what is tried without it. */
  readonly data?: string;
  /** Folder for the adapter, the record and the judged examples; nothing is written without it. */
  readonly out?: string;
  /** The score of the unadapted model on the same examples, where it is known already. */
  readonly before?: number;
  readonly onProgress?: (progress: RunProgress) => void;
  readonly onStep?: (point: TrainPoint) => void;
  readonly signal?: AbortSignal;
}

/**
 * Runs one experiment from spec to record: loads the model, scores it, starts the adapter, trains, scores again, saves.
 * A run that fails after its input was accepted still gives a record, with status `failed` and the reason.
 *
 * @throws UsageError for a spec, data or folder that cannot be used; nothing is written then
 */
export async function run(given: PartialSpec, options: RunOptions = {}): Promise<RunRecord> {
  const spec = completeSpec(given);
  const task = findTask(spec.task);
  await useBackend();
  const trainExamples = await loadExamples(task, spec, "train", spec.train_limit, options.data);
  const testExamples = spec.eval_limit > 0
    ? await loadExamples(task, spec, "test", spec.eval_limit, options.data)
    : [];
  const takeBack = options.out ? prepareFolder(options.out) : () => {};
  const started = new Date().toISOString();
  const outcome = await attempt(spec, task, trainExamples, testExamples, options).catch((error) => {
    takeBack();
    throw error;
  });
  const git = gitState();
  const record: RunRecord = {
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
    meta: {
      ...machine(),
      model_digest: outcome.modelDigest,
      data_digest: jsonDigest([trainExamples, testExamples]),
    },
    paper: null,
  };
  if (options.out) await writeJson(join(options.out, "record.json"), record);
  return record;
}

function loadExamples(
  task: Task,
  spec: Spec,
  split: "train" | "test",
  limit: number,
  data: string | undefined,
): Promise<Example[]> {
  return task.load({ split, seed: spec.seed, ...limit > 0 && { limit }, ...data !== undefined && { data } });
}

interface Outcome {
  status: RunRecord["run"]["status"];
  error: string | null;
  modelDigest: string;
  train: RunRecord["train"];
  eval: RunRecord["eval"];
}

async function attempt(
  spec: Spec,
  task: Task,
  trainExamples: readonly Example[],
  testExamples: readonly Example[],
  options: RunOptions,
): Promise<Outcome> {
  const outcome: Outcome = { status: "done", error: null, modelDigest: "", train: null, eval: null };
  const tell = (phase: RunProgress["phase"], done: number, total: number, text?: string) =>
    options.onProgress?.({ phase, done, total, ...text !== undefined && { text } });
  let model: Llama | null = null;
  let adapter: Adapter | null = null;
  try {
    model = await loadModel(spec.model, (done, total) => tell("load", done, total));
    outcome.modelDigest = model.digest;
    const score = (model: Llama, phase: "evaluate before" | "evaluate after") => {
      tell(phase, 0, testExamples.length);
      return evaluate(model, task, testExamples, {
        onExample: (done, total) => tell(phase, done, total),
        ...options.signal && { signal: options.signal },
      });
    };
    const before = testExamples.length === 0
      ? null
      : options.before ?? (await score(model, "evaluate before")).value;

    peakMemory.start();
    const begun = performance.now();
    const maps = model.linears.size;
    let done = 0;
    adapter = await adapt(model, adapterOptions(spec), () => tell("start", ++done, maps));
    const initSeconds = (performance.now() - begun) / 1000;
    const result = await trainSpec(model, adapter, task, trainExamples, spec, options, tell);
    outcome.status = result.status;
    const bytes = options.out ? await saveAdapter(adapter, model, options.out) : null;
    outcome.train = {
      init_s: initSeconds,
      train_s: result.seconds,
      tokens_per_s: result.tokensPerSecond,
      peak_memory_bytes: peakMemory.read(),
      trainable_parameters: adapter.trainableParameters,
      total_parameters: model.parameters + adapter.trainableParameters,
      adapter_file_bytes: bytes,
      points: result.points,
    };
    if (testExamples.length > 0 && result.status === "done") {
      const after = await score(model, "evaluate after");
      outcome.eval = await evaluationRecord(after, before, options.out);
      if (after.n < testExamples.length) outcome.status = "interrupted";
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    outcome.status = "failed";
    outcome.error = error instanceof Error ? error.message : String(error);
  } finally {
    adapter?.remove();
    model?.dispose();
  }
  return outcome;
}

function adapterOptions({ method, rank, alpha, seed, core, residual }: Spec) {
  return {
    method,
    rank,
    alpha,
    seed,
    ...core !== undefined && { core },
    ...residual !== undefined && { residual },
  };
}

function trainSpec(
  model: Llama,
  adapter: Adapter,
  task: Task,
  examples: readonly Example[],
  spec: Spec,
  { onStep, signal }: RunOptions,
  tell: (phase: "train", done: number, total: number, text?: string) => void,
): Promise<TrainResult> {
  tell("train", 0, spec.steps);
  const pairs = examples.map(({ question, response }) => ({
    prompt: task.trainingPrompt(question),
    response,
  }));
  return train(model, adapter, pairs, {
    steps: spec.steps,
    learningRate: spec.learning_rate,
    batch: spec.batch,
    accumulation: spec.accumulation,
    length: spec.length,
    warmupSteps: spec.warmup_steps,
    weightDecay: spec.weight_decay,
    shuffleSeed: spec.shuffle ? spec.seed : null,
    onStep: (point, { tokensPerSecond }) => {
      tell(
        "train",
        point.step,
        spec.steps,
        `loss ${point.loss.toFixed(3)}, ${tokensPerSecond.toFixed(0)} tokens/s`,
      );
      onStep?.(point);
    },
    ...signal && { signal },
  });
}

async function evaluationRecord(
  after: Evaluation,
  before: number | null,
  out: string | undefined,
): Promise<RunRecord["eval"]> {
  const file = "examples.jsonl";
  if (out) {
    const lines = after.examples.map((example) => JSON.stringify(example) + "\n").join("");
    await writeAside(join(out, file), new TextEncoder().encode(lines));
  }
  return { metric: after.metric, value: after.value, before, n: after.n, examples_file: out ? file : null };
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeAside(path, new TextEncoder().encode(JSON.stringify(value, null, 2) + "\n"));
}

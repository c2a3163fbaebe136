import { join } from "node:path";
import { adapt } from "../adapters/adapt.ts";
import type { Adapter } from "../adapters/adapter.ts";
import { loadAdapter, saveAdapter } from "../adapters/adapter_files.ts";
import { adapterDigest } from "../adapters/adapter_folder.ts";
import { targetedLinears } from "../adapters/target_linears.ts";
import { openJsonLinesLog } from "../formats/json_lines_log.ts";
import { compilations } from "../tensor/compile.ts";
import { peakMemory } from "../tensor/peak_memory.ts";
import { isOutOfMemory } from "../training/out_of_memory.ts";
import { UsageError } from "../usage_error.ts";
import type { LoadedCourse } from "./course.ts";
import { platform } from "./environment.ts";
import type { RunRecord } from "./record.ts";
import { runFiles } from "./run_files.ts";
import type { RunOptions, RunProgress } from "./run_options.ts";
import { scoreBefore } from "./score_before.ts";
import { scoreRecord } from "./score_record.ts";
import { adapterOptions, type Spec } from "./spec.ts";
import { type RunWork, type ScoreRun, trainSpec } from "./train_spec.ts";

/** What became of a run. */
export interface RunOutcome {
  status: RunRecord["run"]["status"];
  error: string | null;
  modelDigest: string;
  train: RunRecord["train"];
  eval: RunRecord["eval"];
}

type Tell = (progress: RunProgress) => void;

/**
 * Loads the model, scores it, starts the adapter, trains, scores again, saves. What fails under way is told in the outcome.
 *
 * @throws UsageError for what cannot be used
 */
export async function attemptRun(work: RunWork, options: RunOptions): Promise<RunOutcome> {
  const { spec, course, checkpoint } = work;
  const outcome: RunOutcome = { status: "done", error: null, modelDigest: "", train: null, eval: null };
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
    outcome.modelDigest = await model.digest;
    const score: ScoreRun = async (phase, test, file) => {
      const text = course.tests.length > 1 && { text: test.task };
      tell({ phase, done: 0, total: test.examples.length, ...text });
      const log = file && options.out !== undefined
        ? await openJsonLinesLog<{ id: string }>(join(options.out, file), {
          spec,
          data_digest: work.data_digest,
          model_digest: outcome.modelDigest,
          adapter_digest: phase === "evaluate before" ? null : await adapterDigest(options.out),
        }, options.resume ?? false)
        : null;
      return await loaded!.score(test, {
        onExample: (done, total) => tell({ phase, done, total, ...text }),
        ...log && { log },
        ...options.signal && { signal: options.signal },
      }).finally(() => log?.close(false));
    };
    const known = checkpoint?.about.before ?? options.before;
    let before = course.newHead ? null : await scoreBefore(course, known, score);
    if (!course.newHead && !before) return { ...outcome, status: "interrupted" };

    peakMemory.start();
    const begun = performance.now();
    adapter = checkpoint ? await loadAdapter(model, checkpoint.folder) : await start(model, spec, tell);
    const init_s = checkpoint?.about.init_s ?? (performance.now() - begun) / 1000;
    before ??= await scoreBefore(course, known, score); // with the head that the adapter has drawn
    if (!before) return { ...outcome, status: "interrupted" };
    const epochs = [...checkpoint?.about.epochs ?? []];
    const about = {
      spec,
      data_digest: work.data_digest,
      ...platform(),
      started: work.started,
      before,
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
    for (const [i, test] of result.status === "done" ? course.tests.entries() : []) {
      const begun = performance.now();
      const file = runFiles.examples(i === 0 ? undefined : test.task);
      const after = await score("evaluate after", test, file);
      const eval_s = (performance.now() - begun) / 1000;
      const passes = spec.steps * spec.batch / course.trainExamples.length;
      if (course.newHead) epochs.push({ epoch: passes, step: spec.steps, value: after.value });
      const value = before[test.task] ?? null;
      const scored = scoreRecord(after, { before: value, epochs, eval_s }, options.out ? file : null);
      outcome.eval = outcome.eval
        ? { ...outcome.eval, also: { ...outcome.eval.also, [test.task]: scored } }
        : scored;
      if (after.n < test.examples.length) {
        outcome.status = "interrupted";
        break;
      }
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

function start(model: LoadedCourse["model"], spec: Spec, tell: Tell): Promise<Adapter> {
  const total = targetedLinears(spec, model.linears).length;
  let done = 0;
  return adapt(model, adapterOptions(spec), () => tell({ phase: "start", done: ++done, total }));
}

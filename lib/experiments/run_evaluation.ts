import { join } from "node:path";
import type { Adapter } from "../adapters/adapter.ts";
import { adapterDigest, checkAdapterFolder, putAdapter } from "../adapters/adapter_folder.ts";
import type { Evaluation } from "../evaluation/evaluate.ts";
import type { GlueEvaluation } from "../evaluation/evaluate_glue.ts";
import { openJsonLinesLog } from "../formats/json_lines_log.ts";
import { writeAside } from "../formats/write_aside.ts";
import { useBackend } from "../tensor/use_backend.ts";
import { isOutOfMemory } from "../training/out_of_memory.ts";
import { UsageError } from "../usage_error.ts";
import { jsonDigest, machine, software } from "./environment.ts";
import type { EvaluationRecord, EvaluationSpec } from "./evaluation_record.ts";
import { openSubject } from "./evaluation_subject.ts";
import { prepareFolder } from "./prepare_folder.ts";

/** Where an evaluation takes its data from and puts its results. */
export interface RunEvaluationOptions {
  /** Folder of the task's data; see the task for what is tried without it. */
  readonly data?: string;
  /** Folder for `examples.jsonl`, a line for each example as soon as it is judged, and `record.json` in the end. */
  readonly out: string;
  /** Goes on with the evaluation in `out`, or begins it where there is none. */
  readonly resume?: boolean;
  /** @param from examples that had been judged before */
  readonly onExample?: (judged: number, total: number, from: number) => void;
  readonly signal?: AbortSignal;
}

const examplesFile = "examples.jsonl";
const recordFile = "record.json";

/**
 * Evaluates a model, with or without an adapter, on a task's test split; what was judged is kept whatever happens. One that
 * is gone on with though it is done gives its results again. One that fails under way has a record too, with status `failed` or
 * `oom` and the reason, and no evaluation.
 *
 * @throws UsageError for a spec, data or folder that cannot be used; where `out` holds results that are not to be gone on with,
 *   or those of another model, adapter, task or other data that are
 */
export async function runEvaluation(
  spec: EvaluationSpec,
  { data, out, resume = false, onExample, signal }: RunEvaluationOptions,
): Promise<{ record: EvaluationRecord; evaluation: Evaluation | GlueEvaluation | null }> {
  if (spec.adapter !== null) await checkAdapterFolder(spec.adapter);
  const subject = await openSubject(spec, data);
  const { examples } = subject;
  const started = new Date().toISOString();
  await useBackend();
  const { model, evaluate } = await subject.load();
  let adapter: Adapter | null = null;
  let takeBack = () => {};
  try {
    if (spec.adapter !== null) adapter = await putAdapter(model, spec.adapter);
    const digests = {
      model_digest: await model.digest,
      adapter_digest: spec.adapter === null ? null : await adapterDigest(spec.adapter),
      data_digest: jsonDigest(examples),
    };
    takeBack = prepareFolder(out);
    const settings = { ...subject.settings, ...digests };
    const log = await openJsonLinesLog<{ id: string }>(join(out, examplesFile), settings, resume);
    const begun = performance.now();
    const from = log.earlier.length;
    let failure: unknown = null;
    const evaluation = await evaluate({
      log,
      onExample: (judged, total) => onExample?.(judged, total, from),
      ...signal && { signal },
    }).catch((error) => {
      if (error instanceof UsageError) throw error;
      failure = error;
      return null;
    }).finally(() => log.close(false));
    const eval_s = (performance.now() - begun) / 1000;
    const record: EvaluationRecord = {
      run: {
        spec,
        seed: spec.seed,
        ...software(),
        started,
        status: evaluation
          ? evaluation.n === examples.length ? "done" : "interrupted"
          : isOutOfMemory(failure)
          ? "oom"
          : "failed",
        error: evaluation ? null : failure instanceof Error ? failure.message : String(failure),
      },
      train: null,
      eval: evaluation && {
        metric: evaluation.metric,
        value: evaluation.value,
        ...evaluation.metrics && { metrics: evaluation.metrics },
        ...("splits" in evaluation && { splits: evaluation.splits }),
        before: null,
        n: evaluation.n,
        eval_s,
        examples_file: examplesFile,
      },
      meta: { ...machine(), ...digests },
      paper: null,
    };
    await writeAside(join(out, recordFile), JSON.stringify(record, null, 2) + "\n");
    return { record, evaluation };
  } finally {
    takeBack();
    adapter?.remove();
    model.dispose();
  }
}

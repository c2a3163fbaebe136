import type { AdapterHost } from "../adapters/adapter_files.ts";
import { evaluate, type EvaluatedExample, type Evaluation } from "../evaluation/evaluate.ts";
import { evaluateGlue, type GlueEvaluation, type JudgedText } from "../evaluation/evaluate_glue.ts";
import { findGlueTask, type GlueTask, loadGlue } from "../evaluation/glue.ts";
import { withSamples } from "../evaluation/samples.ts";
import { findTask } from "../evaluation/tasks.ts";
import type { JsonLinesLog } from "../formats/json_lines_log.ts";
import { loadClassifier, loadModel } from "../models/load_model.ts";
import { UsageError } from "../usage_error.ts";
import type { EvaluationSpec } from "./evaluation_record.ts";

/** What an evaluation puts to which kind of model. */
export interface EvaluationSubject {
  readonly examples: readonly unknown[];
  /** Beside the model, the adapter and the examples, what the lines of its log depend on. */
  readonly settings: { readonly [name: string]: unknown };
  load(): Promise<EvaluatedModel>;
}

/** A model that waits to be evaluated. */
export interface EvaluatedModel {
  readonly model: AdapterHost & { dispose(): void };
  evaluate(options: {
    readonly log: JsonLinesLog<{ readonly id: string }>; // whose lines an evaluation of the same task wrote
    readonly onExample: (judged: number, total: number) => void;
    readonly signal?: AbortSignal;
  }): Promise<Evaluation | GlueEvaluation>;
}

/**
 * The subject of an evaluation, with its examples.
 *
 * @throws UsageError for an unknown task, a choice that the task does not have, or data that are missing or broken
 */
export function openSubject(spec: EvaluationSpec, data: string | undefined): Promise<EvaluationSubject> {
  const glue = findGlueTask(spec.task);
  const source = { ...spec.limit > 0 && { limit: spec.limit }, ...data !== undefined && { data } };
  return glue ? glueSubject(glue, spec, source) : generationSubject(spec, source);
}

type Source = { readonly limit?: number; readonly data?: string };

async function generationSubject(spec: EvaluationSpec, source: Source): Promise<EvaluationSubject> {
  const published = findTask(spec.task);
  const task = { ...published, maxNewTokens: spec.max_new_tokens ?? published.maxNewTokens };
  const { samples = 1, temperature = 0, seed } = spec;
  if (samples > 1 && !task.total) {
    throw new UsageError(`${task.name} counts one answer to a question; leave samples out`);
  }
  if (samples > 1 && temperature === 0) {
    throw new UsageError(
      `${samples} samples at temperature 0 are all the same; give a temperature, such as 0.8`,
    );
  }
  const examples = withSamples(await task.load({ split: "test", seed, ...source }), samples);
  const { name, maxNewTokens, stop, done } = task;
  const drawn = temperature > 0 && { temperature, seed };
  return {
    examples,
    settings: { task: name, weights: spec.weights, maxNewTokens, stop, done: done?.source, ...drawn },
    async load() {
      const model = await loadModel(spec.model, { weights: spec.weights });
      return {
        model,
        evaluate: ({ log, ...options }) =>
          evaluate(model, task, examples, {
            ...options,
            batch: spec.batch,
            ...drawn,
            log: log as JsonLinesLog<EvaluatedExample>,
          }),
      };
    },
  };
}

async function glueSubject(
  task: GlueTask,
  { weights, adapter, batch, max_new_tokens, samples, temperature, model: name }: EvaluationSpec,
  source: Source,
): Promise<EvaluationSubject> {
  if ([max_new_tokens, samples, temperature].some((option) => option !== undefined)) {
    throw new UsageError(
      `${task.name} is answered by a class or a number, not by text; leave max-new-tokens, samples and temperature out`,
    );
  }
  const examples = await loadGlue(task, task.evalSplits, source);
  return {
    examples,
    settings: { task: task.name, weights },
    async load() {
      const model = await loadClassifier(name, { weights, labels: task.classes?.length ?? 1 });
      if (adapter === null && [...model.head.values()].some(({ deviation }) => deviation > 0)) {
        model.dispose();
        throw new UsageError(
          `${name} has no head for ${task.name}; give an adapter that was trained on it with --adapter`,
        );
      }
      return {
        model,
        evaluate: ({ log, ...options }) =>
          evaluateGlue(model, task, examples, { ...options, batch, log: log as JsonLinesLog<JudgedText> }),
      };
    },
  };
}

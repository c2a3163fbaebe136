import { join } from "node:path";
import { adapterDigest, putAdapter } from "../adapters/adapter_folder.ts";
import { type Answer, answerQuestions } from "../evaluation/mt_bench/answer_questions.ts";
import { hasChatTemplate } from "../evaluation/mt_bench/conversation_prompt.ts";
import type { Answers } from "../evaluation/mt_bench/judge_requests.ts";
import type { MtBenchQuestion } from "../evaluation/mt_bench/mt_bench.ts";
import { openJsonLinesLog } from "../formats/json_lines_log.ts";
import { loadModel } from "../models/load_model.ts";
import { useBackend } from "../tensor/use_backend.ts";
import { jsonDigest } from "./environment.ts";
import type { AnsweringSpec } from "./judge_record.ts";

/** The answers of a model, in the folder of a judgement. */
export const answersFile = "answers.jsonl";

/** Where answers go, and who is told. */
export interface ModelAnswersOptions {
  readonly out: string;
  readonly resume: boolean;
  /** @param from answers that were there before */
  readonly onAnswer?: (answered: number, total: number, from: number) => void;
  readonly signal?: AbortSignal;
}

/** What a model answered; an interrupt leaves questions out. */
export interface ModelAnswers {
  readonly answers: Answers;
  readonly model_digest: string;
  readonly adapter_digest: string | null;
}

/**
 * Loads a model, has it answer the questions that it has not answered yet, each answer a line of `answers.jsonl`, and gives it
 * back.
 *
 * @throws UsageError for a model or adapter that cannot be used, or answers of another one in the folder
 */
export async function modelAnswers(
  spec: AnsweringSpec,
  questions: readonly MtBenchQuestion[],
  { out, resume, onAnswer, signal }: ModelAnswersOptions,
): Promise<ModelAnswers> {
  await useBackend();
  const model = await loadModel(spec.model, { weights: spec.weights });
  try {
    const adapter = spec.adapter === null ? null : await putAdapter(model, spec.adapter);
    try {
      const form = spec.form ?? (adapter || !hasChatTemplate(model.tokenizer) ? "alpaca" : "chat");
      const digests = {
        model_digest: await model.digest,
        adapter_digest: spec.adapter === null ? null : await adapterDigest(spec.adapter),
      };
      const { weights, max_new_tokens, temperature, seed } = spec;
      const log = await openJsonLinesLog<Answer>(join(out, answersFile), {
        ...{ ...digests, weights, form, max_new_tokens, temperature, seed },
        questions_digest: jsonDigest(questions.map(({ id, turns }) => [id, turns])),
      }, resume);
      const from = log.earlier.length;
      const answers = await answerQuestions(model, questions, {
        ...{ form, maxNewTokens: max_new_tokens, seed, batch: spec.batch, log },
        ...temperature !== null && { temperature },
        onAnswer: (answered, total) => onAnswer?.(answered, total, from),
        ...signal && { signal },
      }).finally(() => log.close(false));
      return { answers, ...digests };
    } finally {
      adapter?.remove();
    }
  } finally {
    model.dispose();
  }
}

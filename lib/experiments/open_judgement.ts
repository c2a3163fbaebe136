import { checkAdapterFolder } from "../adapters/adapter_folder.ts";
import { endpointJudge } from "../evaluation/mt_bench/endpoint_judge.ts";
import { type CostEstimate, estimateCost, type TokenPrices } from "../evaluation/mt_bench/judge_cost.ts";
import {
  type Answers,
  type JudgeRequest,
  pairRequests,
  singleRequests,
} from "../evaluation/mt_bench/judge_requests.ts";
import { loadMtBench } from "../evaluation/mt_bench/load_mt_bench.ts";
import type { MtBench } from "../evaluation/mt_bench/mt_bench.ts";
import { readAnswers } from "../evaluation/mt_bench/read_answers.ts";
import { findModel } from "../models/find_model.ts";
import type { JudgeSpec } from "./judge_record.ts";

/**
 * A spec with its data, before anything is made of it.
 *
 * @throws UsageError for a spec or data that cannot be used
 */
export async function openJudgement(spec: JudgeSpec, data: string | undefined): Promise<{
  readonly bench: MtBench;
  /** The answers of a file. */
  readonly given: Answers | null;
  /** Answers as long as they can become, or those of the file. */
  readonly longest: Answers;
  requests(answers: Answers): JudgeRequest[];
}> {
  const { answers, against, judge, per_category } = spec;
  const bench = await loadMtBench({
    ...data !== undefined && { data },
    ...per_category > 0 && { perCategory: per_category },
  });
  if (judge.base_url !== null) endpointJudge({ baseUrl: judge.base_url, model: judge.name });
  else await findModel(judge.name);
  const given = "file" in answers ? await readAnswers(answers.file) : null;
  if (!("file" in answers) && answers.adapter !== null) await checkAdapterFolder(answers.adapter);
  const others = against === null ? null : await readAnswers(against);
  const words = "file" in answers ? "" : "word ".repeat(answers.max_new_tokens);
  return {
    ...{ bench, given },
    longest: given ?? new Map(bench.questions.map(({ id }) => [id, [words, words]])),
    requests: (answers) => others ? pairRequests(bench, answers, others) : singleRequests(bench, answers),
  };
}

/**
 * What judging is going to take, before a model is loaded or a request is made. Where a model has yet to answer, its answers
 * count with the most tokens that they may have.
 *
 * @throws UsageError for a spec or data that cannot be used
 */
export async function estimateJudgement(
  spec: JudgeSpec,
  { data, prices }: { readonly data?: string; readonly prices?: TokenPrices } = {},
): Promise<CostEstimate> {
  const { requests, longest } = await openJudgement(spec, data);
  return estimateCost(requests(longest), spec.judge.max_tokens, prices ?? null);
}

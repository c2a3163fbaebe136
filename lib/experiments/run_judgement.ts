import { availableParallelism } from "node:os";
import { join } from "node:path";
import { endpointJudge, type EndpointOptions } from "../evaluation/mt_bench/endpoint_judge.ts";
import type { Judge } from "../evaluation/mt_bench/judge.ts";
import { judgeAnswers } from "../evaluation/mt_bench/judge_answers.ts";
import {
  type CostEstimate,
  estimateCost,
  tokenCost,
  type TokenPrices,
} from "../evaluation/mt_bench/judge_cost.ts";
import type { Answers } from "../evaluation/mt_bench/judge_requests.ts";
import { judgeScores } from "../evaluation/mt_bench/judge_scores.ts";
import type { Judgement } from "../evaluation/mt_bench/judgement.ts";
import { localJudge } from "../evaluation/mt_bench/local_judge.ts";
import type { MtBench } from "../evaluation/mt_bench/mt_bench.ts";
import { openJsonLinesLog } from "../formats/json_lines_log.ts";
import { writeAside } from "../formats/write_aside.ts";
import { loadModel } from "../models/load_model.ts";
import { useBackend } from "../tensor/use_backend.ts";
import { jsonDigest, machine, software } from "./environment.ts";
import type { JudgeRecord, JudgeSpec } from "./judge_record.ts";
import { answersFile, type ModelAnswers, modelAnswers } from "./model_answers.ts";
import { openJudgement } from "./open_judgement.ts";
import { prepareFolder } from "./prepare_folder.ts";

/** Where a judgement takes its data from and puts its results, and how an endpoint is asked. */
export interface RunJudgementOptions
  extends Pick<EndpointOptions, "key" | "concurrency" | "attempts" | "timeout" | "firstPause" | "onPause"> {
  /** Folder of MT-Bench; see `loadMtBench` for what is tried without it. */
  readonly data?: string;
  /** Folder for `answers.jsonl` and `judgements.jsonl`, a line for each as soon as it is there, and `record.json` in the end. */
  readonly out: string;
  /** Goes on with the judgement in `out`, or begins it where there is none. */
  readonly resume?: boolean;
  readonly prices?: TokenPrices;
  /** Told before the first request what those that are to be made will take. */
  readonly onEstimate?: (estimate: CostEstimate) => void;
  /** @param from how many there were before */
  readonly onProgress?: (phase: "answer" | "judge", done: number, total: number, from: number) => void;
  readonly signal?: AbortSignal;
}

const judgementsFile = "judgements.jsonl";
const recordFile = "record.json";

/**
 * Has a model answer MT-Bench's questions, or takes answers that are there, and has them judged. What was answered and judged is
 * kept whatever happens, and is not asked again. Where requests came to nothing the record says `failed` and why, beside the
 * scores of what was judged.
 *
 * @throws UsageError for a spec, data or folder that cannot be used, or an endpoint that refuses the key or does not know the model
 */
export async function runJudgement(spec: JudgeSpec, options: RunJudgementOptions): Promise<JudgeRecord> {
  const { out, data, resume = false, prices = null, onEstimate, onProgress, signal } = options;
  const { bench, given, requests, longest } = await openJudgement(spec, data);
  requests(longest); // refuses answers that are missing before one is made
  const started = new Date().toISOString();
  const takeBack = prepareFolder(out);
  const open: OpenJudgement = { spec, bench, started, answered: null, answers: null };
  try {
    if ("file" in spec.answers) open.answers = given;
    else {
      open.answered = await modelAnswers(spec.answers, bench.questions, {
        ...{ out, resume },
        onAnswer: (done, total, from) => onProgress?.("answer", done, total, from),
        ...signal && { signal },
      });
      open.answers = open.answered.answers;
      if (open.answers.size < bench.questions.length) {
        return await writeRecord(out, open, { status: "interrupted", error: null, eval: null });
      }
    }
    const asked = requests(open.answers!);
    const log = await openJsonLinesLog<Judgement>(join(out, judgementsFile), {
      judge: spec.judge,
      requests_digest: jsonDigest(asked.map(({ id, messages }) => [id, messages])),
    }, resume);
    const begun = performance.now();
    const judgements = [...log.earlier];
    const from = judgements.length;
    let failures: readonly { readonly id: string; readonly reason: string }[] = [];
    const result = (error: string | null) => ({
      status: error
        ? "failed" as const
        : judgements.length < asked.length
        ? "interrupted" as const
        : "done" as const,
      error,
      eval: judgements.length === 0 ? null : {
        ...judgeScores(judgements),
        cost: prices && tokenCost(judgeScores(judgements).usage, prices),
        eval_s: (performance.now() - begun) / 1000,
        examples_file: judgementsFile,
        answers_file: open.answered ? answersFile : null,
      },
    });
    try {
      const there = new Set(judgements.map(({ id }) => id));
      onEstimate?.(estimateCost(asked.filter(({ id }) => !there.has(id)), spec.judge.max_tokens, prices));
      await withJudge(spec, options, async (judge) => {
        ({ failures } = await judgeAnswers(judge, asked, {
          log,
          onJudgement: (judgement, done, total) => {
            judgements.push(judgement);
            onProgress?.("judge", done, total, from);
          },
          ...signal && { signal },
        }));
      });
    } catch (error) {
      if (judgements.length > 0) await writeRecord(out, open, result((error as Error).message));
      throw error;
    } finally {
      await log.close(false);
    }
    const [first] = failures;
    const error = first
      ? `${failures.length} of ${asked.length} got no judgement, the first of them ${first.id}: ${first.reason}`
      : null;
    return await writeRecord(out, open, result(error));
  } finally {
    takeBack();
  }
}

async function withJudge(
  { judge: { name, base_url, max_tokens, parameters } }: JudgeSpec,
  { key, concurrency, attempts, timeout, firstPause, onPause }: RunJudgementOptions,
  work: (judge: Judge) => Promise<void>,
): Promise<void> {
  if (base_url !== null) {
    const given = { key, concurrency, attempts, timeout, firstPause, onPause };
    const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    return await work(
      endpointJudge({ ...options, baseUrl: base_url, model: name, maxTokens: max_tokens, parameters }),
    );
  }
  await useBackend();
  const model = await loadModel(name);
  try {
    await work(localJudge(model, { name, maxTokens: max_tokens, ...concurrency && { batch: concurrency } }));
  } finally {
    model.dispose();
  }
}

/** A judgement under way. */
interface OpenJudgement {
  readonly spec: JudgeSpec;
  readonly bench: MtBench;
  readonly started: string;
  answered: ModelAnswers | null;
  answers: Answers | null;
}

async function writeRecord(
  out: string,
  { spec, bench, started, answered, answers }: OpenJudgement,
  { status, error, eval: scores }: Pick<JudgeRecord["run"], "status" | "error"> & Pick<JudgeRecord, "eval">,
): Promise<JudgeRecord> {
  const here = answered !== null || spec.judge.base_url === null;
  const record: JudgeRecord = {
    run: {
      ...{ spec, ...software(), started },
      ...{ status, error },
    },
    train: null,
    eval: scores,
    meta: {
      ...here ? machine() : { backend: null, device: null, cores: availableParallelism() },
      model_digest: answered?.model_digest ?? null,
      adapter_digest: answered?.adapter_digest ?? null,
      data_digest: jsonDigest(bench),
      answers_digest: answers && jsonDigest([...answers]),
    },
    paper: null,
  };
  await writeAside(join(out, recordFile), JSON.stringify(record, null, 2) + "\n");
  return record;
}

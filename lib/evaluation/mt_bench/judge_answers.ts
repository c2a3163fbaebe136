import type { JsonLinesLog } from "../../formats/json_lines_log.ts";
import type { Judge } from "./judge.ts";
import type { JudgeRequest } from "./judge_requests.ts";
import { type Judgement, judgement } from "./judgement.ts";

/** How to have answers judged. */
export interface JudgeOptions {
  /** Where each judgement goes as soon as it is there; what is judged there already is not asked again. */
  readonly log?: JsonLinesLog<Judgement>;
  /** Told after each judgement, with how many there are. */
  readonly onJudgement?: (judgement: Judgement, judged: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** What became of requests. */
export interface JudgedAnswers {
  /** In the order of the requests. An interrupt leaves requests out. */
  readonly judgements: readonly Judgement[];
  /** The requests to which no reply came, with the reason. They are asked again where the work is gone on with. */
  readonly failures: readonly { readonly id: string; readonly reason: string }[];
}

/**
 * Puts requests to a judge and keeps what it says, also where no rating or winner can be read out of it: that is a failure of
 * the judge which the scores count, and is never filled in.
 *
 * @throws UsageError where asking on is of no use; what was judged is in the log
 */
export async function judgeAnswers(
  judge: Judge,
  requests: readonly JudgeRequest[],
  { log, onJudgement, signal }: JudgeOptions = {},
): Promise<JudgedAnswers> {
  const judged = new Map(log?.earlier.map((line) => [line.id, line]));
  const open = requests.filter(({ id }) => !judged.has(id));
  let done = requests.length - open.length;
  const failures = await judge.ask(
    open.map(({ messages }) => messages),
    async (reply, index) => {
      const line = judgement(open[index]!, reply);
      await log?.append(line);
      judged.set(line.id, line);
      onJudgement?.(line, ++done, requests.length);
    },
    signal,
  );
  return {
    judgements: requests.flatMap(({ id }) => judged.get(id) ?? []),
    failures: failures.map(({ index, reason }) => ({ id: open[index]!.id, reason })),
  };
}

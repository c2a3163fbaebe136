import process from "node:process";
import { findGlueTask } from "../evaluation/glue.ts";
import { scoreJudgements } from "../evaluation/mt_bench/score_judgements.ts";
import { glueScorer } from "../evaluation/score_glue.ts";
import { type ScoredExample, scorePredictions, type Scorer } from "../evaluation/score_predictions.ts";
import { findTask } from "../evaluation/tasks.ts";
import { scorers, withScorer } from "../evaluation/with_scorer.ts";
import { sha256 } from "../formats/digest.ts";
import { type JsonLinesLog, openJsonLinesLog } from "../formats/json_lines_log.ts";
import { metricText } from "../report/metric_text.ts";
import { UsageError } from "../usage_error.ts";
import {
  type Command,
  type CommandResult,
  type Given,
  optionalBoolean,
  optionalText,
  requiredText,
} from "./command.ts";

/** `nlora score`: scores given outputs, without a model. */
export const score: Command = {
  name: "score",
  summary:
    'scores outputs from a file of lines {"id", "output", "gold"}, such as eval writes; mt-bench: those of judge',
  usage: `--task T --predictions FILE.jsonl [--scorer ${
    scorers.join("|")
  }] [--out VERDICTS.jsonl [--resume]]`,
  options: {
    task: { type: "string" },
    predictions: { type: "string" },
    scorer: { type: "string" },
    out: { type: "string" },
    resume: { type: "boolean" },
  },
  async run(given) {
    if (requiredText(given, "task") === "mt-bench") return await scoreJudged(given);
    const scorer = optionalText(given, "scorer") ?? "published";
    const task = scorerOf(requiredText(given, "task"), scorer);
    const predictions = requiredText(given, "predictions");
    const log = await verdictLog(given, { task: task.name, scorer }, predictions);
    const { problems, remarks, ...scores } = await scorePredictions(task, predictions, log);
    await log?.close(true);
    const { metric, value, n, metrics, splits } = scores;
    const text = [
      `${task.name} ${metric}: ${metricText(metric, value)} of ${n}`,
      ...Object.entries(metrics ?? {}).filter(([name]) => name !== metric)
        .map(([name, value]) => `${name} ${metricText(name, value)}`),
      ...Object.entries(splits ?? {}).map(([split, value]) => `${split} ${metricText(metric, value)}`),
    ].join("; ");
    if (remarks.length > 0) process.stderr.write(listed(remarks) + "\n");
    refuseProblems(problems, n, text);
    return { json: scores, text, done: true };
  },
};

function scorerOf(task: string, scorer: string): Scorer {
  const glue = findGlueTask(task);
  if (!glue) return withScorer(findTask(task), scorer);
  if (scorer === "published") return glueScorer(glue);
  throw new UsageError(`${task} has no scorer ${scorer}; leave --scorer out`);
}

/** MT-Bench: what a judge said, whose own prompts and answers are in the file. */
async function scoreJudged(given: Given): Promise<CommandResult> {
  for (const option of ["scorer", "out", "resume"]) {
    if (given.values[option] !== undefined) {
      throw new UsageError(
        `--${option} is not for mt-bench, whose judgements are read anew at once; leave it out`,
      );
    }
  }
  const { problems, examples, ...scores } = await scoreJudgements(requiredText(given, "predictions"));
  const { metric, value, n, missing } = scores;
  const unread = missing > 0 ? `, ${missing} judgements could not be read` : "";
  const text = `mt-bench ${metric}: ${value.toFixed(2)}, the mean of ${n}${unread}`;
  refuseProblems(problems, examples.length, text);
  return { json: { ...scores, examples }, text, done: true };
}

/** @throws UsageError that lists the lines which cannot be scored, and what the `n` others come to */
function refuseProblems(problems: readonly string[], n: number, text: string): void {
  if (problems.length === 0) return;
  const count = `${problems.length} of ${problems.length + n} lines cannot be scored`;
  throw new UsageError(`${listed(problems)}\n${count}; mend them. Of the others, ${text}`);
}

async function verdictLog(
  given: Given,
  judging: { readonly task: string; readonly scorer: string },
  predictions: string,
): Promise<JsonLinesLog<ScoredExample> | undefined> {
  const out = optionalText(given, "out");
  const resume = optionalBoolean(given, "resume") ?? false;
  if (out === undefined) {
    if (resume) throw new UsageError("--resume goes on with a file of verdicts; give that with --out");
    return undefined;
  }
  return await openJsonLinesLog(out, { ...judging, predictions_digest: await sha256(predictions) }, resume);
}

const most = 20;

function listed(messages: readonly string[]): string {
  const more = messages.length - most;
  return [...messages.slice(0, most), ...more > 0 ? [`… and ${more} more such lines`] : []].join("\n");
}

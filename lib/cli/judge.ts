import { basename } from "node:path";
import process from "node:process";
import { findConversationForm } from "../evaluation/mt_bench/conversation_prompt.ts";
import type { CostEstimate, TokenPrices } from "../evaluation/mt_bench/judge_cost.ts";
import type { JudgeRecord, JudgeSpec } from "../experiments/judge_record.ts";
import { estimateJudgement } from "../experiments/open_judgement.ts";
import { runJudgement } from "../experiments/run_judgement.ts";
import { isRecord } from "../formats/json.ts";
import { writeAside } from "../formats/write_aside.ts";
import { homePath } from "../models/catalogue.ts";
import { figurePage } from "../report/figure_page.ts";
import { judgeRadar, judgeTable } from "../report/judge_figures.ts";
import { type ProgressLine, progressLine } from "../report/progress.ts";
import { formatTable } from "../report/table.ts";
import { UsageError } from "../usage_error.ts";
import {
  type Command,
  type CommandResult,
  type Given,
  optionalBoolean,
  optionalInteger,
  optionalNumber,
  optionalText,
  present,
  requiredText,
} from "./command.ts";
import { weightsFlag, weightsFrom, weightsUsage } from "./weights_flag.ts";

/** `nlora judge`: MT-Bench. */
export const judgeCommand: Command = {
  name: "judge",
  summary:
    "MT-Bench: has answers graded or compared by a judge, behind an OpenAI-compatible endpoint or here",
  usage:
    `(--model M [--adapter DIR] ${weightsUsage} [--form chat|alpaca] [--max-new-tokens 1024] [--temperature T]\n` +
    "  [--seed 0] [--batch 16] | --answers FILE.jsonl) [--against FILE.jsonl]\n" +
    "  --judge NAME (--base-url URL, or OPENAI_BASE_URL | --local) [--key-env OPENAI_API_KEY] [--judge-tokens 2048]\n" +
    "  [--parameters JSON] [--concurrency 4] [--attempts 6] [--timeout 120] [--price-in P --price-out P] [--dry-run]\n" +
    "  [--per-category N] [--data DIR] [--out DIR [--resume]] [--chart FILE.html]",
  options: {
    ...{ model: { type: "string" }, adapter: { type: "string" }, ...weightsFlag, form: { type: "string" } },
    ...{ "max-new-tokens": { type: "string" }, temperature: { type: "string" }, seed: { type: "string" } },
    ...{ batch: { type: "string" }, answers: { type: "string" }, against: { type: "string" } },
    ...{ judge: { type: "string" }, "base-url": { type: "string" }, local: { type: "boolean" } },
    ...{ "key-env": { type: "string" }, "judge-tokens": { type: "string" }, parameters: { type: "string" } },
    ...{ concurrency: { type: "string" }, attempts: { type: "string" }, timeout: { type: "string" } },
    ...{ "price-in": { type: "string" }, "price-out": { type: "string" }, "dry-run": { type: "boolean" } },
    ...{ "per-category": { type: "string" }, data: { type: "string" }, out: { type: "string" } },
    ...{ resume: { type: "boolean" }, chart: { type: "string" } },
  },
  async run(given) {
    const spec = specOf(given);
    const prices = pricesOf(given);
    const data = present({ data: optionalText(given, "data") });
    const chosen = optionalText(given, "out");
    const resume = optionalBoolean(given, "resume") ?? false;
    if (resume && chosen === undefined) {
      throw new UsageError("--resume goes on with the judgement in a folder; give that with --out");
    }
    const asked = { key: keyOf(given), ...present(limitsOf(given)) };
    if (optionalBoolean(given, "dry-run")) {
      const estimate = await estimateJudgement(spec, { ...data, ...prices && { prices } });
      return { json: estimate, text: estimateText(estimate, "file" in spec.answers), done: true };
    }
    const out = chosen ?? homePath("judgements", new Date().toISOString().replace(/[:.]/g, "-"));
    const lines = new JudgeLines();
    try {
      const record = await runJudgement(spec, {
        ...data,
        ...asked,
        ...prices && { prices },
        ...{ out, resume, signal: given.signal },
        onEstimate: (estimate) => process.stderr.write(estimateText(estimate, true) + "\n"),
        onProgress: (phase, done, total, from) => lines.update(phase, done, total, from),
        onPause: (reason, milliseconds) => lines.pause(reason, milliseconds),
      });
      const chart = optionalText(given, "chart");
      if (chart !== undefined && record.eval) {
        await writeAside(chart, figurePage(judgeRadar({ [nameOf(spec)]: record.eval }), "MT-Bench"));
      }
      return result(record, out);
    } finally {
      await lines.end();
    }
  },
};

/** What was judged, for people. */
function nameOf({ answers }: JudgeSpec): string {
  if ("file" in answers) return basename(answers.file, ".jsonl");
  return answers.adapter === null ? answers.model : `${answers.model}, ${basename(answers.adapter)}`;
}

function result(record: JudgeRecord, out: string): CommandResult {
  const { run: { status, error }, eval: scores } = record;
  return {
    json: record,
    text: [
      ...scores ? [formatTable(judgeTable({ [scores.metric]: scores }))] : [],
      ...scores?.missing ? [`${scores.missing} judgements could not be read and are in no mean`] : [],
      ...scores?.games ? [gamesText(scores.games)] : [],
      ...scores?.cost != null ? [`the judge's tokens cost ${scores.cost.toFixed(4)}`] : [],
      ...error ? [error] : [],
      `${status}${
        status === "done" ? "" : ", and --resume goes on from here"
      }; answers, judgements and record in ${out}`,
    ].join("\n"),
    done: status === "done",
  };
}

function gamesText(
  { wins, losses, ties, inconsistent }: NonNullable<NonNullable<JudgeRecord["eval"]>["games"]>,
): string {
  return `${wins} won, ${losses} lost, ${ties} tied, ${inconsistent} of them because the orders disagree`;
}

function estimateText(
  { requests, input_tokens, most_output_tokens, most_cost }: CostEstimate,
  known: boolean,
): string {
  const number = (value: number) => value.toLocaleString("en-US");
  const read = `${known ? "about" : "at most about"} ${number(input_tokens)} tokens to read`;
  const cost = most_cost === null ? "" : `: at most ${most_cost.toFixed(2)} in the currency of the prices`;
  return `${number(requests)} requests, ${read}, at most ${number(most_output_tokens)} to write${cost}`;
}

/** One line for each phase. */
class JudgeLines {
  #phase = "";
  #line: ProgressLine | null = null;
  #last = { done: 0 };

  update(phase: string, done: number, total: number, from: number): void {
    if (phase !== this.#phase) {
      void this.end();
      this.#phase = phase;
      this.#line = progressLine({
        total,
        unit: phase === "answer" ? "answers" : "judgements",
        label: phase,
        from,
      });
    }
    this.#last = { done };
    this.#line!.update(this.#last);
  }

  pause(reason: string, milliseconds: number): void {
    this.#line?.update({ ...this.#last, text: `${reason}; again in ${Math.ceil(milliseconds / 1000)} s` });
  }

  async end(): Promise<void> {
    const line = this.#line;
    this.#line = null;
    await line?.end();
  }
}

function specOf(given: Given): JudgeSpec {
  const file = optionalText(given, "answers");
  const model = optionalText(given, "model");
  if ((file === undefined) === (model === undefined)) {
    throw new UsageError("give either --model, which is to answer, or --answers, a file of answers");
  }
  return {
    answers: file !== undefined ? { file } : {
      model: model!,
      weights: weightsFrom(given).weights ?? "float32",
      adapter: optionalText(given, "adapter") ?? null,
      form: formOf(given),
      max_new_tokens: optionalInteger(given, "max-new-tokens", 1) ?? 1024,
      temperature: temperatureOf(given),
      seed: optionalInteger(given, "seed", 0) ?? 0,
      batch: optionalInteger(given, "batch", 1) ?? 16,
    },
    against: optionalText(given, "against") ?? null,
    judge: {
      name: requiredText(given, "judge"),
      base_url: baseUrlOf(given),
      max_tokens: optionalInteger(given, "judge-tokens", 1) ?? 2048,
      parameters: parametersOf(given),
    },
    per_category: optionalInteger(given, "per-category", 1) ?? 0,
  };
}

function formOf(given: Given) {
  const name = optionalText(given, "form");
  return name === undefined ? null : findConversationForm(name);
}

function temperatureOf(given: Given): number | null {
  const temperature = optionalNumber(given, "temperature") ?? null;
  if (temperature === null || temperature >= 0) return temperature;
  throw new UsageError(`--temperature ${temperature} is below 0; give 0 for greedy, or more`);
}

function baseUrlOf(given: Given): string | null {
  const url = optionalText(given, "base-url");
  if (optionalBoolean(given, "local")) {
    if (url === undefined) return null;
    throw new UsageError("give either --base-url, for a judge behind an endpoint, or --local, for one here");
  }
  const found = url ?? process.env.OPENAI_BASE_URL;
  if (found) return found;
  throw new UsageError(
    "where is the judge? Give --base-url or OPENAI_BASE_URL, an address such as http://localhost:8000/v1, or --local for a model here",
  );
}

function keyOf(given: Given): string | undefined {
  const name = optionalText(given, "key-env");
  const key = process.env[name ?? "OPENAI_API_KEY"]?.trim();
  if (name !== undefined && !key) {
    throw new UsageError(`--key-env ${name}: the environment has no ${name}; set it to the key`);
  }
  return key || undefined;
}

function limitsOf(given: Given) {
  return {
    concurrency: optionalInteger(given, "concurrency", 1),
    attempts: optionalInteger(given, "attempts", 1),
    timeout: optionalInteger(given, "timeout", 1),
  };
}

function pricesOf(given: Given): TokenPrices | null {
  const [input, output] = ["price-in", "price-out"].map((name) => optionalNumber(given, name));
  if (input === undefined && output === undefined) return null;
  if (input !== undefined && output !== undefined && input >= 0 && output >= 0) return { input, output };
  throw new UsageError("give both --price-in and --price-out, what a million tokens read and written cost");
}

function parametersOf(given: Given): { [name: string]: unknown } {
  const text = optionalText(given, "parameters");
  if (text === undefined) return {};
  try {
    const value = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch {
    // Refused below.
  }
  throw new UsageError(
    `--parameters ${text} is not a JSON object, such as '{"max_tokens": null, "seed": 1}'`,
  );
}

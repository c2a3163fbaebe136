import { runEvaluation } from "../experiments/run_evaluation.ts";
import { homePath } from "../models/catalogue.ts";
import { metricText } from "../report/metric_text.ts";
import { type ProgressLine, progressLine } from "../report/progress.ts";
import { UsageError } from "../usage_error.ts";
import {
  type Command,
  optionalBoolean,
  optionalInteger,
  optionalNumber,
  optionalText,
  present,
  requiredText,
} from "./command.ts";
import { weightsFlag, weightsFrom, weightsUsage } from "./weights_flag.ts";

/** `nlora eval`: puts a task's test questions to a model and scores the answers. */
export const evalCommand: Command = {
  name: "eval",
  summary:
    "generates answers to a task's test questions and scores them; --resume goes on where it was cut off",
  usage:
    `--model M ${weightsUsage} --task T [--adapter DIR] [--limit 100] [--batch 16] [--seed 0] [--data DIR]\n` +
    "  [--max-new-tokens N] [--samples 1 --temperature 0] [--out DIR [--resume]]",
  options: {
    model: { type: "string" },
    ...weightsFlag,
    task: { type: "string" },
    adapter: { type: "string" },
    limit: { type: "string" },
    batch: { type: "string" },
    "max-new-tokens": { type: "string" },
    samples: { type: "string" },
    temperature: { type: "string" },
    seed: { type: "string" },
    data: { type: "string" },
    out: { type: "string" },
    resume: { type: "boolean" },
  },
  async run(given) {
    const task = requiredText(given, "task");
    const chosen = optionalText(given, "out");
    const resume = optionalBoolean(given, "resume") ?? false;
    if (resume && chosen === undefined) {
      throw new UsageError("--resume goes on with the evaluation in a folder; give that with --out");
    }
    const out = chosen ??
      homePath("evaluations", `${task}-${new Date().toISOString().replace(/[:.]/g, "-")}`);
    let line: ProgressLine | null = null;
    try {
      const { record, evaluation } = await runEvaluation({
        model: requiredText(given, "model"),
        weights: weightsFrom(given).weights ?? "float32",
        adapter: optionalText(given, "adapter") ?? null,
        task,
        limit: optionalInteger(given, "limit", 1) ?? 100,
        seed: optionalInteger(given, "seed", 0) ?? 0,
        batch: optionalInteger(given, "batch", 1) ?? 16,
        ...present({
          max_new_tokens: optionalInteger(given, "max-new-tokens", 1),
          samples: optionalInteger(given, "samples", 1),
          temperature: optionalNumber(given, "temperature"),
        }),
      }, {
        ...present({ data: optionalText(given, "data") }),
        out,
        resume,
        onExample: (done, total, from) => {
          line ??= progressLine({ total, unit: "examples", label: task, from });
          line.update({ done });
        },
        signal: given.signal,
      });
      if (!evaluation) {
        const { status, error } = record.run;
        throw new Error(
          `${task} ${status}: ${error}; what was judged is kept in ${out}, and --resume goes on from there`,
        );
      }
      const { metric, value, metrics, n, examples } = evaluation;
      const others = Object.entries(metrics ?? {}).filter(([name]) => name !== metric)
        .map(([name, value]) => `, ${name} ${metricText(name, value)}`);
      return {
        json: { metric, value, ...present({ metrics }), n, examples },
        text: `${task} ${metric}: ${metricText(metric, value)} of ${n}${
          others.join("")
        }; examples and record in ${out}`,
        done: record.run.status === "done",
      };
    } finally {
      await (line as ProgressLine | null)?.end();
    }
  },
};

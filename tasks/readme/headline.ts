import { findMethod } from "../../lib/adapters/methods.ts";
import { wilsonInterval } from "../../lib/evaluation/wilson_interval.ts";
import type { PublishedFigure } from "../../lib/experiments/published.ts";
import type { RunRecord } from "../../lib/experiments/record.ts";
import { recordsByTask } from "../../lib/experiments/records_by_task.ts";
import { summarizeRuns } from "../../lib/experiments/summarize_runs.ts";

/** A method on a task: what the paper prints, and what the runs gave; null is what there is not. */
export interface HeadlineRow {
  readonly method: string;
  readonly title: string;
  /** As printed, in hundredths. */
  readonly published: number | null;
  readonly ours: OurScore | null;
}

/** Of one method's runs, in hundredths. */
export interface OurScore {
  /** Over the seeds. */
  readonly value: number;
  /** Of the unadapted model. */
  readonly before: number | null;
  /** The ends of the 95 % interval for so many problems. */
  readonly low: number;
  readonly high: number;
  readonly problems: number;
  readonly seeds: number;
}

/** A task of the main table. */
export interface HeadlineTask {
  readonly task: string;
  readonly title: string;
  readonly rows: readonly HeadlineRow[];
}

const tasks = { gsm8k: "GSM8K", math: "MATH", humaneval: "HumanEval", mbpp: "MBPP", "mt-bench": "MT-Bench" };
const methods = ["full", "lora", "pissa", "slora", "nlora"];

/** The model whose published figures stand beside ours, and the paper that prints them. */
const published = { model: "llama-2-7b", source: "NLoRA" };

/** The main table of the NLoRA paper beside what the records give, task by task. */
export function headline(
  records: readonly RunRecord[],
  figures: readonly PublishedFigure[],
): HeadlineTask[] {
  const summaries = summarizeRuns(recordsByTask(records));
  const ours = (task: string, method: string): OurScore | null => {
    const found = summaries.find(({ record: { run: { spec } } }) =>
      spec.task === task && spec.method === method
    );
    if (!found) return null;
    const problems = found.record.eval!.n;
    const { low, high } = wilsonInterval(found.last.mean, problems);
    return {
      ...{ value: 100 * found.last.mean, low: 100 * low, high: 100 * high, problems },
      ...{ before: found.before && 100 * found.before.mean, seeds: found.seeds.length },
    };
  };
  return Object.entries(tasks).map(([task, title]) => ({
    task,
    title,
    rows: methods.map((method) => ({
      method,
      title: findMethod(method).title,
      published:
        figures.find((figure) =>
          figure.model === published.model && figure.source.startsWith(published.source) &&
          figure.method === method && figure.task === task
        )?.value ?? null,
      ours: ours(task, method),
    })),
  }));
}

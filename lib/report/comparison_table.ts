import { type ColumnTable, table } from "arquero";
import { compareRuns } from "../experiments/compare_runs.ts";
import type { RunRecord } from "../experiments/record.ts";
import type { Spread } from "../experiments/spread.ts";
import { type RunSummary, summarizeRuns } from "../experiments/summarize_runs.ts";
import type { BootstrapOptions } from "../evaluation/bootstrap.ts";
import { labels } from "./labels.ts";

/**
 * One row for each spec of each task, its seeds taken together: task, method, metric, seeds, the mean before training, mean and
 * standard deviation at the end (the last epoch) and at each run's best epoch, the difference to the baseline's runs on the same
 * examples with its interval by the paired bootstrap, and a remark in plain words where that is inside the noise.
 *
 * @param baseline the method that the others are compared with: the first of its specs on a task; without one there it is null
 *
 * @example
 * ```ts
 * import { comparisonTable, formatTable, keptRecords } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const sst2 = keptRecords("glue").filter(({ run }) => run.spec.task === "glue/sst2");
 * const rows = comparisonTable(sst2, "lora", { samples: 200 });
 * assert.deepEqual(rows.columnNames().slice(0, 4), ["task", "method", "metric", "seeds"]);
 * assert.match(formatTable(rows), /glue\/sst2 +NLoRA +accuracy/);
 * ```
 */
export function comparisonTable(
  records: readonly RunRecord[],
  baseline: string,
  options: BootstrapOptions = {},
): ColumnTable {
  const summaries = summarizeRuns(records);
  const tasks = [...new Set(summaries.map(taskOf))];
  const rows = tasks.flatMap((task) => {
    const group = summaries.filter((summary) => taskOf(summary) === task);
    const names = labels(group.map(({ record }) => record));
    const base = group.find(({ record }) => record.run.spec.method === baseline);
    return group.map((summary, i) => {
      const remark = base === summary
        ? "baseline"
        : base && ![base, summary].every(tellsOutputs)
        ? unknown
        : null;
      const compared = base && remark === null ? compareRuns(base, summary, options) : null;
      return { task, method: names[i]!, summary, compared, remark: remark ?? compared?.warning ?? null };
    });
  });
  const column = <T>(read: (row: typeof rows[number]) => T) => rows.map(read);
  const last = ({ last }: RunSummary) => last;
  const best = ({ best }: RunSummary) => best;
  const spread = (of: (summary: RunSummary) => Spread | null, field: keyof Spread) =>
    column(({ summary }) => of(summary)?.[field] ?? null);
  return table({
    "task": column(({ task }) => task),
    "method": column(({ method }) => method),
    "metric": column(({ summary }) => summary.metric),
    "seeds": column(({ summary }) => summary.seeds.length),
    "before": spread(({ before }) => before, "mean"),
    "last epoch": spread(last, "mean"),
    "± last": spread(last, "deviation"),
    "best epoch": spread(best, "mean"),
    "± best": spread(best, "deviation"),
    [`against ${baseline}`]: column(({ compared }) => compared?.difference ?? null),
    "low": column(({ compared }) => compared?.low ?? null),
    "high": column(({ compared }) => compared?.high ?? null),
    "remark": column(({ remark }) => remark),
  });
}

const unknown = "not compared: the record does not hold each output";

function tellsOutputs({ records }: RunSummary): boolean {
  return records.every((record) => record.eval?.judged !== undefined);
}

function taskOf({ record }: RunSummary): string {
  return record.run.spec.task;
}

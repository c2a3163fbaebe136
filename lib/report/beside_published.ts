import { type ColumnTable, table } from "arquero";
import { methods } from "../adapters/methods.ts";
import type { PublishedFigure } from "../experiments/published.ts";
import type { RunRecord } from "../experiments/record.ts";
import { type RunSummary, summarizeRuns } from "../experiments/summarize_runs.ts";
import { labels } from "./labels.ts";

/** Which of the papers' figures belong beside which of our runs. */
export interface BesideOptions {
  /** Whether only runs of the figure's own rank stand beside it, as in a figure over ranks; by default any. */
  readonly sameRank?: boolean;
}

/**
 * The papers' figures beside the runs of the same task and method, both in hundredths (ours are the mean over the seeds at the end of
 * training, ± the standard deviation), each with the model and rank that it was made with: these differ, so that the numbers can be
 * compared within their own column alone. A figure that was not read, and one without runs, is a row with null on its side; so are
 * runs without a figure.
 *
 * @example
 * ```ts
 * import { besidePublished, keptRecords, publishedFigures } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const rows = besidePublished(keptRecords("quickstart"), publishedFigures("nlg"));
 * const first = rows.object(0) as Record<string, unknown>;
 * assert.deepEqual([first.task, first.method, first.published, first.ours], ["gsm8k", "full fine-tuning", 49.05, null]);
 * ```
 */
export function besidePublished(
  records: readonly RunRecord[],
  figures: readonly PublishedFigure[],
  { sameRank = false }: BesideOptions = {},
): ColumnTable {
  const summaries = summarizeRuns(records);
  const names = new Map<RunSummary, string>();
  for (const group of Map.groupBy(summaries, ({ record }) => record.run.spec.task).values()) {
    labels(group.map(({ record }) => record)).forEach((name, i) => names.set(group[i]!, name));
  }
  const without = new Set(summaries);
  const rows = figures.flatMap((figure): Row[] => {
    const ours = summaries.filter(({ record: { run: { spec } } }) =>
      spec.task === figure.task && spec.method === figure.method && (!sameRank || spec.rank === figure.rank)
    );
    for (const one of ours) without.delete(one);
    return ours.length === 0 ? [{ figure, ours: null }] : ours.map((one) => ({ figure, ours: one }));
  });
  const all: readonly Row[] = [...rows, ...[...without].map((one) => ({ figure: null, ours: one }))];
  const spec = ({ ours }: Row) => ours?.record.run.spec ?? null;
  const column = <T>(read: (row: Row) => T | null | undefined) => all.map((row) => read(row) ?? null);
  return table({
    "task": column((row) => row.figure?.task ?? spec(row)?.task),
    "method": column(({ figure, ours }) => figure === null ? names.get(ours!) : titleOf(figure)),
    "metric": column(({ figure, ours }) => figure?.metric ?? ours?.metric),
    "published": column(({ figure }) => figure?.value),
    "± read": column(({ figure }) => figure?.readingError),
    "with": column(({ figure }) => figure?.model),
    "at rank": column(({ figure }) => figure?.rank),
    "ours": column(({ ours }) => ours && 100 * ours.last.mean),
    "± ours": column(({ ours }) => ours?.last.deviation && 100 * ours.last.deviation),
    "our run": column(({ ours }) => ours && names.get(ours)),
    "with our": column((row) => spec(row)?.model),
    "at our rank": column((row) => spec(row)?.rank),
    "seeds": column(({ ours }) => ours?.seeds.length),
    "source": column(({ figure }) =>
      figure && `${figure.source}${figure.note === null ? "" : ` (${figure.note})`}`
    ),
  });
}

interface Row {
  readonly figure: PublishedFigure | null;
  readonly ours: RunSummary | null;
}

function titleOf({ method, init }: PublishedFigure): string {
  const title = methods.find(({ name }) => name === method)?.title ?? method;
  return init === null ? title : `${title} (${init})`;
}

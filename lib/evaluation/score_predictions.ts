import { availableParallelism } from "node:os";
import type { JsonLinesLog } from "../formats/json_lines_log.ts";
import { readJsonLines } from "../formats/jsonl.ts";
import { type Row, stringField } from "../formats/row.ts";
import { UsageError } from "../usage_error.ts";
import { limitConcurrency } from "./limit_concurrency.ts";
import type { Verdict } from "./verdict.ts";

/** One prediction and its verdict. */
export interface ScoredExample extends Verdict {
  readonly id: string | number;
}

/** How outputs are judged, one by one and together. A task is one. */
export interface Scorer {
  readonly name: string;
  readonly metric: string;
  score(output: string, gold: string): Verdict | Promise<Verdict>;
  /** What all verdicts come to; without it, the share of correct outputs. */
  total?(examples: readonly ScoredExample[]): Pick<Scores, "value" | "metrics" | "splits">;
}

/** A file of predictions, judged. */
export interface Scores {
  readonly metric: string;
  /** Among those that could be judged; for most tasks the share of correct predictions, from 0 to 1. */
  readonly value: number;
  /** Every metric, where the task has several. */
  readonly metrics?: { readonly [metric: string]: number };
  /** The metric of each split, where there are several. */
  readonly splits?: { readonly [split: string]: number };
  readonly n: number;
  readonly examples: readonly ScoredExample[];
  /** The lines that could not be judged, each by its place, what is wrong and what to do; in the order of the file. */
  readonly problems: readonly string[];
  /** Lines that were judged and yet look like a mistake, likewise. */
  readonly remarks: readonly string[];
}

/**
 * Scores outputs that are at hand: a JSON Lines file of `{"id", "output", "gold"}`, such as an evaluation writes. A line that
 * cannot be judged — not JSON or UTF-8, a field missing, an id that came before, a gold answer that the task cannot read —
 * is a problem, and the others are judged all the same. An empty output is wrong, with a remark.
 *
 * @param log where each verdict goes as soon as it is there; those that are there already are taken as they are
 * @throws UsageError for a file that cannot be read or has no line
 */
export async function scorePredictions(
  task: Scorer,
  path: string,
  log?: JsonLinesLog<ScoredExample>,
): Promise<Scores> {
  const problems = new Problems();
  const rows = await readJsonLines(path, (error) => problems.add(error));
  if (rows.length === 0 && problems.none) {
    throw new UsageError(`${path} holds no prediction; give a line {"id", "output", "gold"} for each`);
  }
  const earlier = new Map(log?.earlier.map((example) => [example.id, example]));
  const limited = limitConcurrency(availableParallelism());
  const predictions = readPredictions(rows, problems);
  const judged = await Promise.all(predictions.map((prediction) =>
    limited(async () => {
      const before = earlier.get(prediction.id);
      if (before) return before;
      const verdict = await judge(task, prediction, problems);
      if (verdict) await log?.append(verdict);
      return verdict;
    })
  ));
  const examples = judged.filter((example) => example !== null);
  const correct = examples.filter((example) => example.correct).length;
  return {
    metric: task.metric,
    ...task.total?.(examples) ?? { value: correct / Math.max(1, examples.length) },
    n: examples.length,
    examples,
    problems: problems.inOrder(),
    remarks: predictions.filter(({ output }) => output.trim() === "").map(({ place }) =>
      `${place}: the output is empty and counts as wrong; if the model wrote something, put it there`
    ),
  };
}

/** What is wrong with the lines of one file. */
class Problems {
  readonly #messages: string[] = [];

  get none(): boolean {
    return this.#messages.length === 0;
  }

  /** @throws what is no UsageError */
  add(error: unknown): void {
    if (!(error instanceof UsageError)) throw error;
    this.#messages.push(error.message);
  }

  inOrder(): string[] {
    return this.#messages.toSorted(new Intl.Collator("en", { numeric: true }).compare); // FILE line N: …
  }
}

interface Prediction {
  readonly id: string | number;
  readonly output: string;
  readonly gold: string;
  readonly place: string;
}

function readPredictions(rows: readonly Row[], problems: Problems): Prediction[] {
  const placeOf = new Map<string, string>();
  return rows.flatMap((row) => {
    try {
      const id = idOf(row);
      const earlier = placeOf.get(String(id));
      if (earlier !== undefined) {
        throw new UsageError(
          `${row.place}: the id ${JSON.stringify(id)} came before, at ${earlier}; give each id once`,
        );
      }
      placeOf.set(String(id), row.place);
      return { id, output: stringField(row, "output"), gold: stringField(row, "gold"), place: row.place };
    } catch (error) {
      problems.add(error);
      return [];
    }
  });
}

function idOf(row: Row): string | number {
  const id = row.fields.id;
  return typeof id === "number" ? id : stringField(row, "id");
}

async function judge(
  task: Scorer,
  { id, output, gold, place }: Prediction,
  problems: Problems,
): Promise<ScoredExample | null> {
  try {
    return { id, ...await task.score(output, gold) };
  } catch (error) {
    problems.add(error instanceof UsageError ? new UsageError(`${place}: ${error.message}`) : error);
    return null;
  }
}

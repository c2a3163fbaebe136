import { readJsonLines } from "../formats/jsonl.ts";
import { type Row, stringField } from "../formats/row.ts";
import { UsageError } from "../usage_error.ts";
import type { Task } from "./tasks.ts";
import type { Verdict } from "./verdict.ts";

/** One prediction and its verdict. */
export interface ScoredExample extends Verdict {
  readonly id: string | number;
}

/** A file of predictions, judged. */
export interface Scores {
  readonly metric: string;
  /** Share of correct predictions, from 0 to 1. */
  readonly value: number;
  readonly n: number;
  readonly examples: readonly ScoredExample[];
}

/**
 * Scores outputs that are at hand: a JSON Lines file of `{"id", "output", "gold"}`.
 *
 * @throws UsageError naming the line for a missing field, an id that came before, or a gold answer that the task cannot
 * read; and for a file that cannot be read or has no line
 */
export async function scorePredictions(task: Task, path: string): Promise<Scores> {
  const rows = await readJsonLines(path);
  if (rows.length === 0) {
    throw new UsageError(`${path} holds no prediction; give a line {"id", "output", "gold"} for each`);
  }
  const lineOf = new Map<string, string>();
  const examples = rows.map((row) => {
    const id = idOf(row);
    const earlier = lineOf.get(String(id));
    if (earlier !== undefined) {
      throw new UsageError(
        `${row.place}: the id ${JSON.stringify(id)} came before, at ${earlier}; give each id once`,
      );
    }
    lineOf.set(String(id), row.place);
    return { id, ...judge(task, row) };
  });
  const correct = examples.filter((example) => example.correct).length;
  return { metric: task.metric, value: correct / examples.length, n: examples.length, examples };
}

function idOf(row: Row): string | number {
  const id = row.fields.id;
  return typeof id === "number" ? id : stringField(row, "id");
}

function judge(task: Task, row: Row): Verdict {
  const output = stringField(row, "output");
  const gold = stringField(row, "gold");
  try {
    return task.score(output, gold);
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${row.place}: ${error.message}`, { cause: error });
    throw error;
  }
}

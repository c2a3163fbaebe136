import { shownJson } from "../../formats/json.ts";
import { readJsonLines } from "../../formats/jsonl.ts";
import { type Row, stringField } from "../../formats/row.ts";
import { UsageError } from "../../usage_error.ts";
import { type JudgeScores, judgeScores, type ScoredJudgement } from "./judge_scores.ts";
import { type Judgement, readVerdict } from "./judgement.ts";

/** A file of judgements, scored. */
export interface ScoredJudgements extends JudgeScores {
  readonly examples: readonly Pick<Judgement, "id" | "extracted" | "verdict">[];
  /** The lines that cannot be scored, each by its place, what is wrong and what to do; in the order of the file. */
  readonly problems: readonly string[];
}

/**
 * Scores a file of judgements again, such as `nlora judge` writes, out of what the judge said: lines of `{"id", "category", "turn",
 * "order", "output"}`. A line that cannot be read is a problem, and the others are scored all the same.
 *
 * @throws UsageError for a file that cannot be read or has no line
 */
export async function scoreJudgements(path: string): Promise<ScoredJudgements> {
  const problems: string[] = [];
  const rows = await readJsonLines(path, ({ message }) => problems.push(message));
  if (rows.length === 0 && problems.length === 0) {
    throw new UsageError(`${path} holds no judgement; give the judgements.jsonl of \`nlora judge\``);
  }
  const placeOf = new Map<string, string>();
  const read = rows.flatMap((row) => {
    try {
      const judgement = readJudgement(row);
      const before = placeOf.get(judgement.id);
      if (before !== undefined) {
        throw new UsageError(
          `${row.place}: the id ${JSON.stringify(judgement.id)} came before, at ${before}; give each id once`,
        );
      }
      placeOf.set(judgement.id, row.place);
      return [judgement];
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      problems.push(error.message);
      return [];
    }
  });
  return {
    ...judgeScores(read),
    examples: read.map(({ id, extracted, verdict }) => ({ id, extracted, verdict })),
    problems: problems.toSorted(new Intl.Collator("en", { numeric: true }).compare),
  };
}

function readJudgement(row: Row): ScoredJudgement & Pick<Judgement, "extracted"> {
  const turn = oneOf(row, "turn", [1, 2] as const);
  const order = oneOf(row, "order", [null, "ab", "ba"] as const);
  const verdict = readVerdict(stringField(row, "output"), order);
  const usage = (row.fields.usage ?? null) as Judgement["usage"];
  return {
    id: stringField(row, "id"),
    category: stringField(row, "category"),
    turn,
    order,
    usage,
    ...verdict,
  };
}

function oneOf<T>({ place, fields }: Row, name: string, values: readonly T[]): T {
  const found = values.find((value) => value === (fields[name] ?? null));
  if (found !== undefined) return found;
  throw new UsageError(
    `${place}: the field "${name}" is ${shownJson(fields[name])}; one of ${
      values.map(shownJson).join(", ")
    } is expected`,
  );
}

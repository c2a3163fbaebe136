import { isRecord, shownJson } from "../../formats/json.ts";
import { readJsonLines } from "../../formats/jsonl.ts";
import { type Row, stringField } from "../../formats/row.ts";
import { UsageError } from "../../usage_error.ts";
import type { TwoAnswers } from "./mt_bench.ts";

/**
 * Reads answers to MT-Bench's questions, by the questions' numbers: a JSON Lines file with both turns in a line, as FastChat
 * publishes models' answers (`{"question_id", "choices": [{"turns"}]}`, the first choice), or with a line for each turn, as
 * answering writes them here (`{"question_id", "turn", "output"}`).
 *
 * @throws UsageError naming the line that is broken or says what another has said, and questions with one answer only
 */
export async function readAnswers(path: string): Promise<Map<number, TwoAnswers>> {
  const found = new Map<string, { readonly text: string; readonly place: string }>();
  const ids = new Set<number>();
  for (const row of await readJsonLines(path)) {
    const id = numberField(row, "question_id");
    ids.add(id);
    for (const [turn, text] of answersIn(row)) {
      const key = `${id}/${turn}`;
      const before = found.get(key);
      if (before) {
        throw new UsageError(
          `${row.place}: question ${id}, turn ${turn} was answered before, at ${before.place}; give each answer once`,
        );
      }
      found.set(key, { text, place: row.place });
    }
  }
  return new Map([...ids].map((id) => {
    const [first, second] = [1, 2].map((turn) => {
      const answer = found.get(`${id}/${turn}`);
      if (answer) return answer.text;
      throw new UsageError(`${path}: question ${id} has no answer to turn ${turn}; give both`);
    });
    return [id, [first!, second!]];
  }));
}

function answersIn(row: Row): [turn: number, text: string][] {
  const { place, fields } = row;
  if (Object.hasOwn(fields, "output")) {
    const turn = numberField(row, "turn");
    if (turn === 1 || turn === 2) return [[turn, stringField(row, "output").trim()]];
    throw new UsageError(`${place}: the field "turn" is ${turn}; 1 or 2 is expected`);
  }
  const choice = Array.isArray(fields.choices) ? fields.choices[0] : undefined;
  const turns = isRecord(choice) ? choice.turns : undefined;
  if (Array.isArray(turns) && turns.length === 2 && turns.every((text) => typeof text === "string")) {
    return turns.map((text, i) => [i + 1, text]);
  }
  throw new UsageError(
    `${place}: an answer {"question_id", "turn", "output"} or {"question_id", "choices": [{"turns": [two texts]}]} is expected; ` +
      `came ${shownJson(fields)}`,
  );
}

function numberField({ place, fields }: Row, name: string): number {
  const value = fields[name];
  if (typeof value === "number") return value;
  throw new UsageError(`${place}: the field "${name}" is ${shownJson(value)}; a number is expected`);
}

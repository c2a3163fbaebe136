import { shownJson } from "../formats/json.ts";
import { stringField } from "../formats/row.ts";
import { UsageError } from "../usage_error.ts";
import type { Example } from "./example.ts";
import { type DataSource, readDataSet } from "./read_data_set.ts";

/** The fields of each set that hold the instruction and what is to be answered. */
const fields: { readonly [name: string]: readonly [instruction: string, response: string] } = {
  metamath: ["query", "response"],
  codefeedback: ["query", "answer"],
  "evol-instruct": ["instruction", "output"],
};

/**
 * Instructions that models are trained on and not scored on: `metamath` (MetaMathQA, for GSM8K and MATH), `codefeedback` (for HumanEval
 * and MBPP), `evol-instruct` (WizardLM's, for MT-Bench), in the data sets' order. A response ends with a line break; its gold is itself.
 *
 * @throws UsageError for another name, when the data is in none of `readDataSet`'s places, or for a broken row, named by its line
 *
 * @example
 * ```ts
 * import { loadInstructions } from "./instructions.ts";
 * import assert from "node:assert/strict";
 *
 * await assert.rejects(loadInstructions("gsm8k", {}), /metamath, codefeedback, evol-instruct/);
 * ```
 */
export async function loadInstructions(name: string, source: Omit<DataSource, "split">): Promise<Example[]> {
  if (!Object.hasOwn(fields, name)) {
    throw new UsageError(
      `no set of instructions ${shownJson(name)}; choose one of ${Object.keys(fields).join(", ")}`,
    );
  }
  const [instruction, response] = fields[name]!;
  return (await readDataSet(name, { split: "train", ...source })).map((row, index) => {
    const gold = stringField(row, response);
    return {
      id: `${name}/train/${index}`,
      question: stringField(row, instruction),
      response: `${gold}\n`,
      gold,
    };
  });
}

import { type Row, stringField } from "../formats/row.ts";
import { UsageError } from "../usage_error.ts";
import type { Example } from "./example.ts";
import { type DataSource, readDataSet } from "./read_data_set.ts";

/** Which rows of GSM8K to read, and from where. */
export interface Gsm8kSource extends DataSource {
  readonly split: "train" | "test";
}

/**
 * GSM8K's grade-school word problems (Cobbe et al. 2021, arXiv 2110.14168), in the data set's order.
 *
 * Read from the folder given; or else from the folder that the environment's NLORA_DATA names; or else from the Hub.
 *
 * @throws UsageError when the data is in none of the places, or for a broken row, named by its line
 */
export async function loadGsm8k({ split, data, limit }: Gsm8kSource): Promise<Example[]> {
  const rows = await readDataSet("gsm8k", { split, data });
  return rows.map((row, index) => gsm8kExample(row, `gsm8k/${split}/${index}`)).slice(0, limit);
}

/**
 * A row of GSM8K as an example: the response is the answer without its `<<…>>` calculator marks, followed by
 * `\nThe answer is: x\n` with the x after `#### `, which is MetaMath's answer form; the gold is the answer as it is.
 *
 * @throws UsageError naming the row when question or answer is not a string, or the answer has no `#### `
 */
export function gsm8kExample(row: Row, id: string): Example {
  const question = stringField(row, "question");
  const gold = stringField(row, "answer");
  const worked = gold.replace(/<<.*?>>/g, "");
  const result = worked.split("#### ")[1];
  if (result === undefined) {
    throw new UsageError(
      `${row.place}: the answer has no "#### " before its result; give GSM8K's answer text`,
    );
  }
  return { id, question, response: `${worked}\nThe answer is: ${result}\n`, gold };
}

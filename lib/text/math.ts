import { type Row, stringField } from "../formats/row.ts";
import { UsageError } from "../usage_error.ts";
import type { Example } from "./example.ts";
import { lastBoxed } from "./last_boxed.ts";
import { type DataSource, readDataSet } from "./read_data_set.ts";

/** Which rows of MATH to read, and from where. */
export interface MathSource extends DataSource {
  readonly split: "train" | "test";
}

/**
 * MATH's competition problems (Hendrycks et al. 2021, arXiv 2103.03874), in the data set's order.
 *
 * Read from the folder given; or else from the folder that the environment's NLORA_DATA names; or else from the Hub.
 *
 * @throws UsageError when the data is in none of the places, or for a broken row, named by its line
 */
export async function loadMath({ split, data, limit }: MathSource): Promise<Example[]> {
  const rows = await readDataSet("math", { split, data });
  return rows.map((row, index) => mathExample(row, `math/${split}/${index}`)).slice(0, limit);
}

/**
 * A row of MATH as an example: the response is the solution, followed by `\nThe answer is: x\n` with the x of its last
 * `\boxed{x}` on one line, which is MetaMath's answer form; the gold is the solution as it is.
 *
 * @throws UsageError naming the row when problem or solution is not a string, or the solution has no `\boxed{…}`
 */
export function mathExample(row: Row, id: string): Example {
  const question = stringField(row, "problem");
  const gold = stringField(row, "solution");
  const result = lastBoxed(gold);
  if (result === null) {
    throw new UsageError(
      `${row.place}: the solution has no \\boxed{…} at its end; give MATH's solution text`,
    );
  }
  return { id, question, response: `${gold}\nThe answer is: ${result.replaceAll("\n", " ")}\n`, gold };
}

import { stringField } from "../formats/row.ts";
import type { Example } from "./example.ts";
import { type DataSource, readDataSet } from "./read_data_set.ts";

/**
 * HumanEval's 164 Python functions to complete (Chen et al. 2021, arXiv 2107.03374), in the data set's order.
 *
 * The question is the prompt (imports, signature, docstring) under the words that WizardCoder's and PiSSA's evaluations put
 * before it; the gold is JSON with what judging takes: `prompt`, `test`, `entry_point`.
 *
 * @throws UsageError when the data is in none of `readDataSet`'s places, or for a broken row, named by its line
 */
export async function loadHumanEval(source: DataSource): Promise<Example[]> {
  return (await readDataSet("humaneval", source)).map((row) => {
    const field = (name: string) => stringField(row, name);
    const [prompt, test, entry_point] = [field("prompt"), field("test"), field("entry_point")];
    return {
      id: field("task_id"),
      question: `Create a Python script for this problem:\n${prompt}`,
      response: `\n\`\`\`python\n${prompt}${field("canonical_solution")}\`\`\`\n`,
      gold: JSON.stringify({ prompt, test, entry_point }),
    };
  });
}

import { stringField } from "../formats/row.ts";
import type { Example } from "./example.ts";
import { type DataSource, readDataSet } from "./read_data_set.ts";

/**
 * MBPP's mostly basic Python problems (Austin et al. 2021, arXiv 2108.07732), in the data set's order: train is 601 to
 * 974, test 11 to 510.
 *
 * The question is the text and its three tests, as WizardCoder's evaluation puts them (of problem 493, whose tests are too
 * long, the call alone); the gold is JSON with what judging takes: `test_list`, `test_setup_code`.
 *
 * @throws UsageError when the data is in none of `readDataSet`'s places, or for a broken row, named by its line
 */
export async function loadMbpp(source: DataSource): Promise<Example[]> {
  return (await readDataSet("mbpp", source)).map((row) => {
    const { task_id, test_list } = row.fields as { task_id: number; test_list: readonly string[] };
    const examples = task_id === 493 ? ["calculate_polygons(startx, starty, endx, endy, radius)"] : test_list;
    const problem = `\n${stringField(row, "text")}\nTest examples:\n${examples.join("\n")}`;
    const code = stringField(row, "code").replaceAll("\r", "");
    return {
      id: `mbpp/${task_id}`,
      question: `Create a Python script for this problem:\n${problem}`,
      response: `\n\`\`\`python\n${code}\n\`\`\`\n`,
      gold: JSON.stringify({ test_list, test_setup_code: stringField(row, "test_setup_code") }),
    };
  });
}

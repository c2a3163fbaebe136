import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { hubFile } from "../formats/hub.ts";
import { readJsonLines } from "../formats/jsonl.ts";
import { readParquet } from "../formats/parquet.ts";
import { type Row, stringField } from "../formats/row.ts";
import { UsageError } from "../usage_error.ts";
import type { Example } from "./example.ts";

const REPO = "openai/gsm8k";

/** Which rows of GSM8K to read, and from where. */
export interface Gsm8kSource {
  readonly split: "train" | "test";
  /** A folder with `gsm8k/train.jsonl` and `gsm8k/test.jsonl`, or the `gsm8k` folder itself. */
  readonly data?: string;
  /** Rows kept from the start of the split; all when absent. */
  readonly limit?: number;
}

/**
 * GSM8K's grade-school word problems (Cobbe et al. 2021, arXiv 2110.14168), in the data set's order.
 *
 * Read from the folder given; or else from the folder that the environment's NLORA_DATA names; or else from the Hub.
 *
 * @throws UsageError when the data is in none of the places, or for a broken row, named by its line
 */
export async function loadGsm8k({ split, data, limit }: Gsm8kSource): Promise<Example[]> {
  const path = await findSplit(split, data);
  const rows = await (path.endsWith(".parquet") ? readParquet(path) : readJsonLines(path));
  if (rows.length === 0) throw new UsageError(`${path} holds no rows; put a whole copy of GSM8K there`);
  const examples = rows.map((row, index) => gsm8kExample(row, `gsm8k/${split}/${index}`));
  return limit === undefined ? examples : examples.slice(0, limit);
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

/** The file that holds the split. */
async function findSplit(split: Gsm8kSource["split"], data: string | undefined): Promise<string> {
  const folders = data === undefined ? [process.env.NLORA_DATA ?? ""].filter(Boolean) : [data];
  const places = folders.flatMap((folder) => [
    join(folder, "gsm8k", `${split}.jsonl`),
    join(folder, `${split}.jsonl`),
  ]);
  const found = places.find((place) => existsSync(place));
  if (found !== undefined) return found;
  if (data !== undefined) {
    throw new UsageError(
      `no GSM8K at ${places.join(" or ")}; name the folder that holds gsm8k/${split}.jsonl with --data`,
    );
  }
  return await fromHub(split, places);
}

async function fromHub(split: Gsm8kSource["split"], tried: readonly string[]): Promise<string> {
  const path = `main/${split}-00000-of-00001.parquet`;
  try {
    return await hubFile({ repo: REPO, path, type: "dataset" });
  } catch (error) {
    const local = tried.length > 0 ? tried.join(", ") : "NLORA_DATA (not set)";
    throw new UsageError(
      `no GSM8K at ${local}, nor ${path} of the Hub's data set ${REPO} (${(error as Error).message}); ` +
        `name a folder that holds gsm8k/${split}.jsonl with --data DIR or NLORA_DATA, or allow access to the Hub`,
      { cause: error },
    );
  }
}

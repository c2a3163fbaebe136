import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Writes splits of a data set as JSON Lines into a folder, in the layout that data sets are read from. */
export async function writeSplits(
  folder: string,
  name: string,
  splits: Readonly<Record<string, readonly object[]>>,
): Promise<void> {
  await mkdir(join(folder, name), { recursive: true });
  for (const [split, rows] of Object.entries(splits)) {
    const lines = rows.map((row) => JSON.stringify(row) + "\n").join("");
    await writeFile(join(folder, name, `${split}.jsonl`), lines);
  }
}

/** Rows of SST-2 in the words of the tiny BERT: positive where there is an x. */
export function reviews(count: number): { sentence: string; label: number }[] {
  return Array.from({ length: count }, (_, i) => ({
    sentence: `${"abcdefgh"[i % 8]} ${i % 2 ? "x" : "y"}${" b".repeat(i % 5)}`,
    label: i % 2,
  }));
}

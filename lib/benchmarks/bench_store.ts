import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { keptRecords } from "../experiments/read_records.ts";
import type { RunRecord } from "../experiments/record.ts";
import { recordText } from "../experiments/record_text.ts";
import { Random } from "../tensor/random.ts";
import { type BenchRow, benchRow } from "./bench_row.ts";
import { median } from "./median.ts";
import { runScript } from "./run_script.ts";
import type { StoreTimes } from "./store_times.ts";

const runs = 10_000;
const rounds = 5;
/** Seconds in which such a store should be opened, filtered and plotted. */
const limit = 2;

/**
 * A simulated store of 10,000 runs, each as long as those of the kept sweep over ranks: opened, filtered and plotted, in processes of
 * their own, against the time that one is ready to wait.
 */
export async function benchStore(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "nlora-bench-"));
  try {
    writeStore(folder, keptRecords("ranks"));
    const times: StoreTimes[] = [];
    for (let round = 0; round < rounds; round++) {
      const one = await runScript<StoreTimes>("bench_store_ours.ts", [folder]);
      if (one.runs !== runs || one.damaged > 0) {
        throw new Error(`${one.runs} runs were read, ${one.damaged} damaged`);
      }
      times.push(one);
      const words = [["opened", one.open_s], ["filtered", one.filter_s], ["plotted", one.plot_s]] as const;
      const told = words.map(([part, seconds]) => `${part} in ${seconds.toFixed(2)} s`).join(", ");
      process.stderr.write(`round ${round + 1} of ${rounds}: ${told}\n`);
    }
    const of = (part: (times: StoreTimes) => number) => median(times.map(part));
    return [
      benchRow(
        `${runs} records: opened, filtered, plotted / the limit`,
        of(({ open_s, filter_s, plot_s }) => open_s + filter_s + plot_s),
        limit,
        "s",
      ),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes the records again and again, each time with other seeds, rates and results, in the layout of a sweep. */
function writeStore(folder: string, samples: readonly RunRecord[]): void {
  const random = new Random(1);
  for (let index = 0; index < runs; index++) {
    const { run, eval: score, ...rest } = samples[index % samples.length]!;
    const spec = { ...run.spec, seed: index, learning_rate: 1e-4 * (1 + random.int(100)) };
    const value = score!.value * (0.9 + random.int(1000) / 5000);
    const record = { ...rest, run: { ...run, spec, seed: index }, eval: { ...score, value } };
    const path = join(folder, "runs", index.toString(16).padStart(16, "0"));
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, "record.json"), recordText(record));
  }
}

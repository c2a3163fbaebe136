import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import process from "node:process";
import { useBackend } from "../tensor/use_backend.ts";
import { UsageError } from "../usage_error.ts";
import { benchGenerate } from "../benchmarks/bench_generate.ts";
import { benchInit } from "../benchmarks/bench_init.ts";
import { benchKernel } from "../benchmarks/bench_kernel.ts";
import { benchLoad } from "../benchmarks/bench_load.ts";
import { benchLine, type BenchRow } from "../benchmarks/bench_row.ts";
import { benchStep } from "../benchmarks/bench_step.ts";
import { benchStore } from "../benchmarks/bench_store.ts";
import { benchSweep } from "../benchmarks/bench_sweep.ts";
import { mergeRows } from "../benchmarks/merge_rows.ts";
import { type Command, optionalText } from "./command.ts";

/** The benchmarks by name. */
const benches: { readonly [name: string]: (only?: string) => Promise<BenchRow[]> } = {
  step: benchStep,
  init: benchInit,
  generate: benchGenerate,
  kernel: benchKernel,
  load: benchLoad,
  store: benchStore,
  sweep: benchSweep,
};

/** `nlora bench`: runs one benchmark, or all. */
export const bench: Command = {
  name: "bench",
  summary: "measures ours against a peer in the same run",
  usage: `[${Object.keys(benches).join("|")}] [--only PART] [--into FILE]`,
  options: { only: { type: "string" }, into: { type: "string" } },
  positionals: true,
  async run(given) {
    const { positionals } = given;
    const names = positionals.length > 0 ? positionals : Object.keys(benches);
    const unknown = names.find((name) => !Object.hasOwn(benches, name));
    if (unknown !== undefined) {
      throw new UsageError(`unknown benchmark ${unknown}; choose one of ${Object.keys(benches).join(", ")}`);
    }
    const { name: backend, device } = await useBackend();
    process.stderr.write(
      `measured on ${device} by ${backend}${/gpu/i.test(device) ? "" : "; no GPU is at hand"}\n`,
    );
    const rows: BenchRow[] = [];
    const [load] = loadavg(); // of the last minute, by others
    for (const name of names) rows.push(...await benches[name]!(optionalText(given, "only")));
    const machine = {
      backend,
      device,
      cpu: cpus()[0]?.model ?? "unknown",
      cores: availableParallelism(),
      load,
      threads: Number(process.env.OMP_NUM_THREADS) || null,
      memory_bytes: totalmem(),
    };
    const into = optionalText(given, "into");
    if (into !== undefined) await mergeRows(into, { rows, machine });
    return { json: { rows, machine }, text: rows.map(benchLine).join("\n"), done: true };
  },
};

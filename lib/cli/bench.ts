import { availableParallelism, cpus, totalmem } from "node:os";
import { UsageError } from "../usage_error.ts";
import { benchPeft } from "./bench_peft.ts";
import type { BenchRow } from "./bench_row.ts";
import type { Command } from "./command.ts";

/** The benchmarks by name. */
const benches: { readonly [name: string]: () => Promise<BenchRow[]> } = { peft: benchPeft };

/** `nlora bench`: runs one benchmark, or all. */
export const bench: Command = {
  name: "bench",
  summary: "measures ours against a peer in the same run",
  usage: `[${Object.keys(benches).join("|")}]`,
  options: {},
  positionals: true,
  async run({ positionals }) {
    const names = positionals.length > 0 ? positionals : Object.keys(benches);
    const unknown = names.find((name) => !Object.hasOwn(benches, name));
    if (unknown !== undefined) {
      throw new UsageError(`unknown benchmark ${unknown}; choose one of ${Object.keys(benches).join(", ")}`);
    }
    const rows: BenchRow[] = [];
    for (const name of names) rows.push(...await benches[name]!());
    const machine = {
      cpu: cpus()[0]?.model ?? "unknown",
      cores: availableParallelism(),
      memory_bytes: totalmem(),
    };
    return { json: { rows, machine }, text: rows.map(line).join("\n"), done: true };
  },
};

function line({ case: name, ours, peer, ratio, unit }: BenchRow): string {
  const number = (value: number) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3)).padStart(8);
  return `${name.padEnd(56)} ours ${number(ours)}  peer ${number(peer)} ${unit.padEnd(9)} ratio ${
    ratio.toFixed(2)
  }`;
}

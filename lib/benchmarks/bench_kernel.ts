import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { installKernel } from "../../kernels/install.ts";
import { findSpec } from "../../kernels/specs/specs.ts";
import { homePath } from "../models/catalogue.ts";
import { benchLine, type BenchRow, benchRow } from "./bench_row.ts";
import { execute } from "./execute.ts";
import { median } from "./median.ts";

/** How one test of Jupyter's own suite ended. */
export interface SuiteOutcome {
  readonly test: string;
  readonly status: "passed" | "failed" | "skipped";
  readonly message: string;
}

/** Installed kernels, and how a script of this folder is run on one. */
export interface Kernels {
  /** The names of the kernels, ours first. */
  readonly names: readonly string[];
  /** The JSON document that the script prints last. */
  run<T>(script: string, kernel: string, ...args: readonly (string | number)[]): Promise<T>;
}

type Part = (kernels: Kernels) => Promise<BenchRow[]>;

/** What is measured, by the name that `--only` chooses. */
const parts: { readonly [name: string]: Part } = {
  async suite(kernels) {
    const outcomes = await eachKernel(
      kernels,
      (kernel) => kernels.run<SuiteOutcome[]>("bench_kernel_suite.py", kernel),
    );
    process.stderr.write(suiteTable(outcomes) + "\n");
    const passed = (of: readonly SuiteOutcome[]) => of.filter(({ status }) => status === "passed").length;
    const rows = against(outcomes, passed, "jupyter_kernel_test", "passed");
    const [ours, ...peers] = outcomes.values();
    return rows.map((row, i) => ({ ...row, detail: besides(ours!, peers[i]!) }));
  },
  start: times("start", 5, "start to first result", "s", ({ seconds }) => median(seconds!)),
  tensors: times(
    "tensors",
    3,
    "start to first product of tensors",
    "s",
    ({ seconds }) => median(seconds!),
    ["nlora", "deno"],
  ),
  cells: times(
    "cells",
    1000,
    "mean of 1,000 cells",
    "ms",
    ({ milliseconds }) => milliseconds ? mean(milliseconds) : Infinity,
  ),
  lines: times("lines", 1000, "of 1,000 printed lines, nbclient gets", "lines", ({ arrived }) => arrived!),
  memory: times(
    "memory",
    5000,
    "growth from the 2nd to the 5th thousand cells",
    "MiB",
    ({ bytes }) => bytes! / 2 ** 20,
  ),
  flood: times(
    "flood",
    100,
    "a cell that prints 100 MB and the next one",
    "s",
    ({ seconds }) => seconds?.[0] ?? Infinity,
  ),
  interrupts: times(
    "interrupts",
    200,
    "of 200 interrupts, until one is lost",
    "interrupts",
    ({ kept }) => kept!,
  ),
};

/**
 * The kernel against Deno's own and npm's tslab, where that can be had, as Jupyter's clients see them. Parts can be chosen
 * by their names.
 */
export async function benchKernel(only = ""): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  await withKernels(async (kernels) => {
    for (const [name, part] of Object.entries(parts)) {
      if (!name.includes(only)) continue;
      const measured = await part(kernels);
      process.stderr.write(measured.map((row) => `${benchLine(row)}\n`).join(""));
      rows.push(...measured);
    }
  });
  return rows;
}

/** Installs the kernels into a folder of their own for as long as `use` runs. */
export async function withKernels<T>(use: (kernels: Kernels) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "nlora-kernels-"));
  const dir = join(folder, "kernels");
  const environment = { JUPYTER_DATA_DIR: folder, JUPYTER_PREFER_ENV_PATH: "0", PYTHONWARNINGS: "ignore" };
  const python = homePath("venv", process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  const names = ["nlora", "deno", ...findSpec("tslab").obstacle() === null ? ["tslab"] : []];
  try {
    for (const name of names) name === "deno" ? writeDenoSpec(dir) : installKernel({ dir, spec: name });
    return await use({
      names,
      async run<T>(script: string, ...args: readonly (string | number)[]) {
        const path = fileURLToPath(new URL(script, import.meta.url));
        const output = await execute(python, [path, ...args.map(String)], environment);
        return JSON.parse(output.trim().split("\n").at(-1)!) as T;
      },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Deno's own kernel, interrupted by message as ours is. */
function writeDenoSpec(dir: string): void {
  mkdirSync(join(dir, "deno"), { recursive: true });
  const argv = [process.execPath, "jupyter", "--kernel", "--conn", "{connection_file}"];
  const json = { argv, display_name: "Deno", language: "typescript", interrupt_mode: "message" };
  writeFileSync(join(dir, "deno", "kernel.json"), JSON.stringify(json));
}

/** What `bench_kernel_times.py` measures. */
interface Times {
  /** Null where the kernel never came to the end. */
  readonly seconds?: readonly number[] | null;
  readonly milliseconds?: readonly number[] | null;
  readonly arrived?: number;
  readonly bytes?: number;
  readonly kept?: number;
}

function times(
  what: string,
  count: number,
  name: string,
  unit: string,
  value: (times: Times) => number,
  only?: readonly string[],
): Part {
  return async ({ names, run }) => {
    const kernels = { names: names.filter((name) => only?.includes(name) ?? true), run };
    const measured = await eachKernel(
      kernels,
      (kernel) => kernels.run<Times>("bench_kernel_times.py", kernel, what, count),
    );
    return against(measured, value, name, unit);
  };
}

async function eachKernel<T>(
  { names }: Kernels,
  measure: (kernel: string) => Promise<T>,
): Promise<Map<string, T>> {
  const measured = new Map<string, T>();
  for (const name of names) measured.set(name, await measure(name));
  return measured;
}

/** A row for each peer. */
function against<T>(
  measured: ReadonlyMap<string, T>,
  value: (of: T) => number,
  name: string,
  unit: string,
): BenchRow[] {
  const [[, ours], ...peers] = [...measured] as [[string, T], ...[string, T][]];
  return peers.map(([peer, theirs]) =>
    benchRow(`${name}: nlora / ${peer}`, value(ours), value(theirs), unit)
  );
}

/** How each test of the suite ended, ours and a peer's. */
function besides(
  ours: readonly SuiteOutcome[],
  peer: readonly SuiteOutcome[],
): Record<string, [ours: string, peer: string]> {
  const of = (name: string) => peer.find(({ test }) => test === name)?.status ?? "not run";
  return Object.fromEntries(ours.map(({ test, status }) => [test, [status, of(test)]]));
}

/** The outcomes of the suite side by side. */
export function suiteTable(outcomes: ReadonlyMap<string, readonly SuiteOutcome[]>): string {
  const line = (name: string, cells: readonly string[]) =>
    [name.padEnd(24), ...cells.map((cell) => cell.padEnd(9))].join("").trimEnd();
  const [first] = outcomes.values();
  const lines = first!.map(({ test }) =>
    line(test, [...outcomes.values()].map((of) => of.find((o) => o.test === test)?.status ?? "–"))
  );
  return [line("jupyter_kernel_test", [...outcomes.keys()]), ...lines].join("\n");
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

// Runs every reference solution of HumanEval and MBPP (from NLORA_DATA) in the sandbox and writes how they ended to
// data/evaluations/reference_solutions.json; what was cut off goes on with the same command:
// deno run -A --unstable-webgpu tests/evaluation/run_reference_solutions.ts
import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { limitConcurrency } from "../../lib/evaluation/limit_concurrency.ts";
import type { PythonRun } from "../../lib/evaluation/sandbox/python_run.ts";
import { runPython } from "../../lib/evaluation/sandbox/run_python.ts";
import { software, versions } from "../../lib/experiments/environment.ts";
import { openJsonLinesLog } from "../../lib/formats/json_lines_log.ts";
import { stringField } from "../../lib/formats/row.ts";
import { writeAside } from "../../lib/formats/write_aside.ts";
import { progressLine } from "../../lib/report/progress.ts";
import { readDataSet } from "../../lib/text/read_data_set.ts";

const SECONDS = 60;

/** How a solution ended. */
type Ended = { readonly id: string } & Pick<PythonRun, "outcome" | "error">;

interface Reference {
  readonly id: string;
  readonly program: string;
  readonly checks: string;
}

async function humanEval(): Promise<Reference[]> {
  return (await readDataSet("humaneval", { split: "test" })).map((row) => {
    const field = (name: string) => stringField(row, name);
    return {
      id: field("task_id"),
      program: field("prompt") + field("canonical_solution"),
      checks: `${field("test")}\ncheck(${field("entry_point")})\n`,
    };
  });
}

async function mbpp(): Promise<Reference[]> {
  const splits = ["prompt", "test", "validation", "train"];
  const rows = (await Promise.all(splits.map((split) => readDataSet("mbpp", { split })))).flat();
  return rows.map((row) => {
    const tests = row.fields.test_list as readonly string[];
    return {
      id: `mbpp/${row.fields.task_id}`,
      program: stringField(row, "code"),
      checks: [stringField(row, "test_setup_code"), ...tests, ""].join("\n"),
    };
  });
}

const limited = limitConcurrency(2);
const folder = new URL("../../data/evaluations/", import.meta.url).pathname;
const logPath = join(folder, "reference_solutions.jsonl");
await mkdir(folder, { recursive: true });
const settings = { seconds: SECONDS, versions: versions() };
const log = await openJsonLinesLog<Ended>(logPath, settings, existsSync(`${logPath}.settings.json`));
const earlier = new Map(log.earlier.map((ended) => [ended.id, ended]));
const started = new Date().toISOString();

async function end({ id, program, checks }: Reference): Promise<Ended> {
  const { outcome, error } = await runPython(`${program}\n`, { checks, seconds: SECONDS });
  const ended = { id, outcome, error };
  await log.append(ended);
  return ended;
}

const sets: { [name: string]: object } = {};
for (const [name, load] of Object.entries({ humaneval: humanEval, mbpp })) {
  const references = await load();
  const from = references.filter(({ id }) => earlier.has(id)).length;
  const line = progressLine({ total: references.length, unit: "programs", label: name, from });
  let done = from;
  const all = await Promise.all(
    references.map((reference) =>
      earlier.get(reference.id) ?? limited(async () => {
        const ended = await end(reference);
        line.update({ done: ++done });
        return ended;
      })
    ),
  );
  await line.end();
  const failed = all.filter(({ outcome }) => outcome !== "finished");
  sets[name] = { n: all.length, passed: all.length - failed.length, failed };
}
const run = { ...software(), started };
const path = join(folder, "reference_solutions.json");
await writeAside(path, JSON.stringify({ run, sets }, null, 2) + "\n");
await log.close(true);
await rm(logPath);
process.stdout.write(JSON.stringify(sets, null, 2) + "\n");

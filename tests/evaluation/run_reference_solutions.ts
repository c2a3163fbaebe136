// Runs every reference solution of HumanEval and MBPP in the sandbox and writes how they ended to
// data/evaluations/reference_solutions.json: deno run -A --unstable-webgpu tests/evaluation/run_reference_solutions.ts
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import process from "node:process";
import { limitConcurrency } from "../../lib/evaluation/limit_concurrency.ts";
import { runPython } from "../../lib/evaluation/sandbox/run_python.ts";
import { gitState, machine, versions } from "../../lib/experiments/environment.ts";
import { stringField } from "../../lib/formats/row.ts";
import { writeAside } from "../../lib/formats/write_aside.ts";
import { progressLine } from "../../lib/report/progress.ts";
import { readDataSet } from "../../lib/text/read_data_set.ts";

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
const sets: { [name: string]: object } = {};
for (const [name, load] of Object.entries({ humaneval: humanEval, mbpp })) {
  const references = await load();
  const line = progressLine({ total: references.length, unit: "programs", label: name });
  const begun = performance.now();
  let done = 0;
  const runs = await Promise.all(references.map(({ id, program, checks }) =>
    limited(async () => {
      const { outcome, error } = await runPython(`${program}\n`, { checks, seconds: 60 });
      line.update({ done: ++done });
      return { id, outcome, error };
    })
  ));
  await line.end();
  const failed = runs.filter(({ outcome }) => outcome !== "finished");
  sets[name] = {
    n: runs.length,
    passed: runs.length - failed.length,
    failed,
    s: (performance.now() - begun) / 1000,
  };
}
const git = gitState();
const run = {
  versions: versions(),
  git_commit: git.commit,
  git_dirty: git.dirty,
  started: new Date().toISOString(),
};
const path = new URL("../../data/evaluations/reference_solutions.json", import.meta.url).pathname;
await mkdir(dirname(path), { recursive: true });
await writeAside(path, JSON.stringify({ run, meta: machine(), sets }, null, 2) + "\n");
process.stdout.write(JSON.stringify(sets, null, 2) + "\n");

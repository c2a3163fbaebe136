import assert from "node:assert/strict";
import { executorFrom } from "../../lib/cli/executor_flags.ts";
import { UsageError } from "../../lib/usage_error.ts";

const given = (values: { readonly [flag: string]: string | readonly string[] }) => ({
  values,
  positionals: [],
  signal: new AbortController().signal,
});
const refuses = (values: Parameters<typeof given>[0], words: RegExp) =>
  assert.rejects(
    executorFrom(given(values)),
    (error) => error instanceof UsageError && words.test(error.message),
  );

Deno.test("executorFrom: this machine by default, with the jobs at once and the memory that are asked for", async () => {
  const executor = await executorFrom(given({ parallel: "3", "memory-limit": "1.5" }));
  assert.deepEqual([executor.name, executor.slots, executor.memoryLimit], ["local", 3, 1.5e9]);
  await executor.close();
});

Deno.test("executorFrom: refuses an unknown one, a flag of the other, and what is no address, with the mend", async () => {
  await refuses({ executor: "slurm" }, /unknown --executor "slurm"; choose one of local, ray/);
  await refuses({ gpus: "1" }, /--gpus is of the other executor, and local is chosen/);
  await refuses({ executor: "ray", "memory-limit": "1" }, /--memory-limit is of the other executor/);
  await refuses({ executor: "ray", ray: "head:8265" }, /head:8265 is no address of a Ray dashboard/);
  await refuses({ executor: "ray", ray: "http://127.0.0.1:9", env: ["=1"] }, /--env =1 has no name/);
  await refuses({ parallel: "0" }, /--parallel 0/);
});

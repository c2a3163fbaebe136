import assert from "node:assert/strict";
import { join } from "node:path";
import type { RunRecord } from "../../lib/experiments/record.ts";
import type { PartialSpec } from "../../lib/experiments/spec.ts";
import { Random } from "../../lib/tensor/random.ts";
import { backend, writeTinyModel } from "../cli/command_line.ts";
import { withFolder } from "../temporary_folder.ts";

/** A run, how often it keeps a checkpoint, how often it is killed, and after how many operations on open files at most. */
interface Victim {
  readonly spec: Omit<PartialSpec, "model">;
  readonly checkpointSteps: number;
  readonly kills: number;
  readonly operations: number;
}

/** How many turns of the event loop a life goes on from there at most. */
const turns = 20;
const shared = { task: "arithmetic", rank: 2, steps: 80, train_limit: 9, eval_limit: 0 };
const victims: readonly Victim[] = [
  { spec: { ...shared, method: "nlora", batch: 1 }, checkpointSteps: 1, kills: 25, operations: 200 },
  {
    spec: { ...shared, method: "lora", batch: 2, accumulation: 2, shuffle: true, max_grad_norm: 1 },
    checkpointSteps: 2,
    kills: 25,
    operations: 90,
  },
];

/** Starts or resumes a run as a process of its own, which may be told where to kill itself; gives how it ended. */
async function live(
  spec: PartialSpec,
  out: string,
  checkpointSteps: number,
  ...killAt: number[]
): Promise<Deno.CommandStatus> {
  const script = join(import.meta.dirname!, "run_to_be_killed.ts");
  return await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      script,
      JSON.stringify(spec),
      out,
      ...[checkpointSteps, ...killAt].map(String),
    ],
    env: { NLORA_BACKEND: backend, NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "inherit",
  }).spawn().status;
}

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
const record = (folder: string): RunRecord => JSON.parse(Deno.readTextFileSync(join(folder, "record.json")));

/** Kills and resumes a run, and compares it with an unbroken one; tells how many kills met a checkpoint half written. */
async function survives(
  folder: string,
  { spec, checkpointSteps, kills, operations }: Victim,
): Promise<number> {
  const whole = { ...spec, model: await writeTinyModel(folder) } as PartialSpec;
  const [unbroken, out] = [join(folder, "unbroken"), join(folder, "killed")];
  assert.ok((await live(whole, unbroken, checkpointSteps)).success);
  const random = new Random(7).fork(spec.method);
  let halfWritten = 0;
  for (let i = 0; i < kills; i++) {
    const { signal } = await live(whole, out, checkpointSteps, random.int(operations), random.int(turns));
    assert.equal(signal, "SIGKILL", "the run ended before it was killed");
    if (existing(out).some((name) => name.endsWith(".tmp"))) halfWritten++;
  }
  assert.ok((await live(whole, out, checkpointSteps)).success);
  assert.deepEqual(names(out), names(unbroken));
  const [expected, came] = [record(unbroken), record(out)];
  assert.deepEqual(came.train!.points, expected.train!.points);
  assert.equal(came.train!.points.length, whole.steps);
  const factors = "adapter_model.safetensors";
  assert.deepEqual(Deno.readFileSync(join(out, factors)), Deno.readFileSync(join(unbroken, factors)));
  return halfWritten;
}

function existing(folder: string): string[] {
  try {
    return names(folder);
  } catch {
    return []; // killed before its folder was made
  }
}

Deno.test({
  name:
    "a run that is killed 50 times, while it writes checkpoints too, and resumed each time is an unbroken one",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const counts = await Promise.all(victims.map(async (victim) => {
      let halfWritten = 0;
      await withFolder(async (folder) => {
        halfWritten = await survives(folder, victim);
      });
      return halfWritten;
    }));
    assert.ok(Math.max(...counts) > 0, "no kill met a checkpoint half written");
  },
});

import assert from "node:assert/strict";
import { join } from "node:path";
import type { RunRecord } from "../../lib/experiments/record.ts";
import type { PartialSpec } from "../../lib/experiments/spec.ts";
import { Random } from "../../lib/tensor/random.ts";
import { backend, writeTinyModel } from "../cli/command_line.ts";
import { withFolder } from "../temporary_folder.ts";

/** A run, how often it keeps a checkpoint, and how often it is killed. */
interface Victim {
  readonly spec: Omit<PartialSpec, "model">;
  readonly checkpointSteps: number;
  readonly kills: number;
}

const shared = { task: "arithmetic", rank: 2, steps: 80, train_limit: 9, eval_limit: 0 };
const victims: readonly Victim[] = [
  { spec: { ...shared, method: "nlora", batch: 1 }, checkpointSteps: 1, kills: 25 },
  {
    spec: { ...shared, method: "lora", batch: 2, accumulation: 2, shuffle: true, max_grad_norm: 1 },
    checkpointSteps: 2,
    kills: 25,
  },
];

/** Starts or resumes a run as a process of its own. */
function start(spec: PartialSpec, out: string, checkpointSteps: number): Deno.ChildProcess {
  const script = join(import.meta.dirname!, "run_to_be_killed.ts");
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", script, JSON.stringify(spec), out, String(checkpointSteps)],
    env: { NLORA_BACKEND: backend, NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

/**
 * Kills a run about a step's time or less after its step `after` of this life, or while it starts for 0.
 *
 * @param fraction where in that time, from 0 to 1
 * @param life milliseconds that an earlier life took to its first step
 * @returns milliseconds to this life's first step
 */
async function kill(
  child: Deno.ChildProcess,
  after: number,
  fraction: number,
  life: number,
): Promise<number> {
  const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  const times = [performance.now()];
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  while (times.length <= after) {
    const { value, done } = await lines.read();
    assert.ok(!done, "the run ended before it was killed");
    for (const _ of value.trim().split("\n")) times.push(performance.now());
  }
  const step = after > 1 ? times.at(-1)! - times.at(-2)! : 20;
  await sleep(fraction * (after === 0 ? life : step));
  child.kill("SIGKILL");
  await lines.cancel();
  assert.equal((await child.status).signal, "SIGKILL", "the run ended before it was killed");
  return after === 0 ? life : times[1]! - times[0]!;
}

async function finish(child: Deno.ChildProcess): Promise<void> {
  const { success } = await child.output();
  assert.ok(success);
}

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
const record = (folder: string): RunRecord => JSON.parse(Deno.readTextFileSync(join(folder, "record.json")));

/** Kills and resumes a run, and compares it with an unbroken one; tells how many kills met a checkpoint half written. */
async function survives(folder: string, { spec, checkpointSteps, kills }: Victim): Promise<number> {
  const whole = { ...spec, model: await writeTinyModel(folder) } as PartialSpec;
  const [unbroken, out] = [join(folder, "unbroken"), join(folder, "killed")];
  await finish(start(whole, unbroken, checkpointSteps));
  const random = new Random(7).fork(spec.method);
  let halfWritten = 0;
  let life = 500;
  for (let i = 0; i < kills; i++) {
    const [after, fraction] = [random.int(6), random.uniform(1)[0]!];
    life = await kill(start(whole, out, checkpointSteps), after, fraction, life);
    if (existing(out).some((name) => name.endsWith(".tmp"))) halfWritten++;
  }
  await finish(start(whole, out, checkpointSteps));
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

import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { type AdapterHost, saveAdapter } from "../adapters/adapter_files.ts";
import type { Adapter } from "../adapters/adapter.ts";
import { type NamedArray, readSafetensors, writeSafetensors } from "../formats/safetensors.ts";
import { writeAside } from "../formats/write_aside.ts";
import { UsageError } from "../usage_error.ts";
import type { TrainState } from "./train_progress.ts";

/** A checkpoint as it was found. */
export interface Checkpoint<About> {
  /** An adapter's folder: `loadAdapter` takes it, and so do the commands. */
  readonly folder: string;
  readonly state: TrainState;
  /** What was kept with it. */
  readonly about: About;
}

const optimizerFile = "optimizer.safetensors";
const stateFile = "checkpoint.json";
const format = { format: "nlora-checkpoint", version: 1 } as const;

/**
 * Keeps a training run as `checkpoint-STEP` in a folder: the adapter, the optimizer's state, the points, and a value of the
 * caller's own that JSON can hold. All is written into a hidden folder, forced to disk, and then takes its name; older
 * checkpoints go after that. So a whole checkpoint is there at every moment after the first, whatever happens.
 * It takes three times the memory and the disk space of the factors that train.
 *
 * @throws UsageError where it cannot be written, or the disk is full; the checkpoint before stays
 *
 * @example
 * ```ts
 * import { adapt, loadAdapter, loadCheckpoint, Random, randomLlama, saveCheckpoint, train, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 * import { mkdtemp, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 *
 * await useBackend();
 * const config = {
 *   vocab_size: 16, hidden_size: 8, intermediate_size: 12, num_hidden_layers: 1, num_attention_heads: 2,
 *   num_key_value_heads: 1, head_dim: 4, max_position_embeddings: 32, rope_theta: 100, rms_norm_eps: 1e-5,
 * };
 * const model = randomLlama(config, new Random(0));
 * const pairs = [{ prompt: "3 1 4", response: "1 5 9" }];
 * const options = { steps: 4, learningRate: 0.05, batch: 1 };
 * const folder = await mkdtemp(join(tmpdir(), "nlora-"));
 *
 * const first = await adapt(model, { method: "lora", rank: 2 });
 * const stop = new AbortController();
 * await train(model, first, pairs, {
 *   ...options,
 *   signal: stop.signal,
 *   onStep: ({ step }) => step === 2 && stop.abort(),
 *   onCheckpoint: (state) => saveCheckpoint(folder, model, first, state, null),
 * });
 * first.remove();
 *
 * const checkpoint = (await loadCheckpoint(folder))!;
 * const second = await loadAdapter(model, checkpoint.folder);
 * const { points } = await train(model, second, pairs, { ...options, from: checkpoint.state });
 * assert.deepEqual(points.map(({ step }) => step), [1, 2, 3, 4]);
 * await rm(folder, { recursive: true });
 * ```
 */
export async function saveCheckpoint(
  folder: string,
  model: AdapterHost,
  adapter: Adapter,
  { points, clock, optimizer: { steps, first, second } }: TrainState,
  about: unknown,
): Promise<void> {
  const name = `checkpoint-${points.length}`;
  if (existsSync(join(folder, name))) return;
  const aside = asideOf(folder, name);
  try {
    await saveAdapter(adapter, model, aside);
    await writeSafetensors(
      join(aside, optimizerFile),
      new Map(Object.entries({ first: vector(first), second: vector(second) })),
    );
    await writeAside(join(aside, stateFile), JSON.stringify({ ...format, about, clock, steps, points }));
    await rename(aside, join(folder, name));
  } catch (error) {
    await rm(aside, { recursive: true, force: true }).catch(() => {});
    throw error;
  }
  await removeCheckpoints(folder, name);
}

/**
 * The last checkpoint in a folder, or null where there is none.
 *
 * @throws UsageError where it is damaged
 */
export async function loadCheckpoint<About>(folder: string): Promise<Checkpoint<About> | null> {
  const steps = (await checkpointNames(folder)).map(stepOf);
  if (steps.length === 0) return null;
  const path = join(folder, `checkpoint-${Math.max(...steps)}`);
  const { about, clock, steps: taken, points } = await readState(path);
  const { tensors } = await readSafetensors(join(path, optimizerFile));
  const [first, second] = [tensors.get("first")?.data, tensors.get("second")?.data];
  if (!first || !second) throw damaged(path);
  const state = { points, clock, optimizer: { steps: taken, first, second } };
  return { folder: path, state, about: about as About };
}

/** Removes the checkpoints in a folder, all but the one that is to be kept; none is there in part at any moment. */
export async function removeCheckpoints(folder: string, kept?: string): Promise<void> {
  for (const name of await checkpointNames(folder)) {
    if (name === kept) continue;
    const aside = asideOf(folder, name);
    await rename(join(folder, name), aside);
    await rm(aside, { recursive: true, force: true });
  }
}

async function checkpointNames(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return [];
    throw error;
  });
  return names.filter((name) => stepOf(name) > 0);
}

/** NaN for what is no checkpoint. */
function stepOf(name: string): number {
  return Number(/^checkpoint-(\d+)$/.exec(name)?.[1]);
}

function asideOf(folder: string, name: string): string {
  return join(folder, `.${name}.${randomBytes(6).toString("hex")}.tmp`);
}

function vector(data: Float32Array): NamedArray {
  return { shape: [data.length], data: data as Float32Array<ArrayBuffer> };
}

type State = Pick<TrainState, "points" | "clock"> & { about: unknown; steps: number };

async function readState(path: string): Promise<State> {
  try {
    const state = JSON.parse(await readFile(join(path, stateFile), "utf8")) as State & typeof format;
    if (state.format === format.format && state.version === format.version) return state;
  } catch {
    // Refused below.
  }
  throw damaged(path);
}

function damaged(path: string): UsageError {
  return new UsageError(`${path} is not a whole checkpoint of this version; remove it to start anew`);
}

import process from "node:process";
import * as tf from "@tensorflow/tfjs-core";
import { UsageError } from "../usage_error.ts";
import { type Backend, Unavailable } from "./backend.ts";
import { tensorflow } from "./tensorflow.ts";
import { wasm } from "./wasm.ts";
import { webgpu } from "./webgpu.ts";

/** The choice that was made and why. */
export interface BackendReport {
  readonly name: string;
  readonly device: string;
  readonly reason: string;
  /** Backends tried before, each with the reason and what would bring it. */
  readonly skipped: readonly SkippedBackend[];
}

/** A backend that was not chosen. */
export interface SkippedBackend {
  readonly name: string;
  readonly reason: string;
  readonly remedy: string;
}

/** The backends in the order of choice. */
export const backends: readonly Backend[] = [tensorflow, webgpu, wasm];

let current: BackendReport | null = null;

/**
 * Chooses where tensors live: `tensorflow`, else `webgpu`, else `wasm`; or the one named by the argument or by
 * NLORA_BACKEND in the environment. A second call without a name keeps what is in use.
 *
 * @throws UsageError for an unknown name, or when the forced backend is not to be had on this machine
 *
 * @example
 * ```ts
 * import { useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const backend = await useBackend("wasm");
 * assert.equal(backend.name, "wasm");
 * ```
 */
export async function useBackend(name?: string): Promise<BackendReport> {
  const forced = name ?? (current?.name || process.env.NLORA_BACKEND || undefined);
  if (current && forced === current.name) return current;
  if (forced !== undefined) {
    const backend = findBackend(forced);
    const reason = name === undefined ? "forced by NLORA_BACKEND" : "asked for";
    try {
      return await select(backend, (await backend.load()).description, reason, []);
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      throw new UsageError(`backend ${forced} is not to be had here: ${error.message}; ${error.remedy}`);
    }
  }
  const skipped: SkippedBackend[] = [];
  for (const backend of backends) {
    try {
      const device = await backend.load();
      if (!device.software) {
        const reason = skipped.length === 0 ? "first in the order of choice" : "first that serves here";
        return await select(backend, device.description, reason, skipped);
      }
      skipped.push({
        name: backend.name,
        reason: `only a software device (${device.description}), slower than the next backend`,
        remedy: `a graphics card with its driver would; NLORA_BACKEND=${backend.name} forces it`,
      });
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      skipped.push({ name: backend.name, reason: error.message, remedy: error.remedy });
    }
  }
  throw new Error(`no backend works here: ${skipped.map((s) => `${s.name}: ${s.reason}`).join("; ")}`);
}

/** The report of the backend in use. */
export function currentBackend(): BackendReport {
  if (!current) throw new UsageError("no backend is in use yet; call `await useBackend()` first");
  return current;
}

async function select(
  backend: Backend,
  device: string,
  reason: string,
  skipped: readonly SkippedBackend[],
): Promise<BackendReport> {
  await tf.setBackend(backend.name);
  await tf.ready();
  return current = { name: backend.name, device, reason, skipped };
}

function findBackend(name: string): Backend {
  const backend = backends.find((b) => b.name === name);
  if (!backend) {
    const known = backends.map((b) => b.name).join(", ");
    throw new UsageError(`unknown backend ${JSON.stringify(name)}; choose one of ${known}`);
  }
  return backend;
}

import { type NystromCore, nystromCores } from "../linalg/nystrom.ts";
import type { Linear } from "../nn/linear.ts";
import { UsageError } from "../usage_error.ts";
import { findMethod } from "./methods.ts";

/** What an adapter is, as it is asked for. */
export interface AdapterOptions {
  /** A name from the table of methods. */
  readonly method: string;
  readonly rank: number;
  /** Scaling s = alpha / rank; by default alpha = rank. */
  readonly alpha?: number;
  readonly seed?: number;
  /** NLoRA and IntTune: the Nyström core; by default `copy`. */
  readonly core?: NystromCore;
  /** NLoRA and IntTune: whether step 0 is exact; by default true. */
  readonly residual?: boolean;
  /** The last part of the names of the linear maps to adapt, such as `q_proj`; by default all. */
  readonly targets?: readonly string[];
}

/** The same with nothing left open, as it is kept beside the saved factors. */
export type AdapterSpec = Required<AdapterOptions>;

/**
 * Fills in what was left open and checks it against the linear maps that are to be adapted.
 *
 * @throws UsageError for an unknown method, core or target, a rank out of range, or an option of another method
 */
export function adapterSpec(options: AdapterOptions, linears: ReadonlyMap<string, Linear>): AdapterSpec {
  checkMethod(options);
  const { method, rank, alpha = rank, seed = 0, core = "copy", residual = true } = options;
  const known = [...new Set([...linears.keys()].map(projectionOf))];
  const targets = options.targets ?? known;
  const unknown = targets.filter((target) => !known.includes(target));
  if (unknown.length > 0 || targets.length === 0) {
    throw new UsageError(
      `unknown targets ${JSON.stringify(unknown)}; this model's linear maps are ${known.join(", ")}`,
    );
  }
  const spec = { method, rank, alpha, seed, core, residual, targets };
  for (const linear of targetedLinears(spec, linears)) checkRank(rank, linear);
  if (!(Number.isFinite(alpha) && alpha > 0)) throw new UsageError(`alpha ${alpha} is not a positive number`);
  return spec;
}

/**
 * Checks what can be checked without a model: the method and the options that are its own.
 *
 * @throws UsageError for an unknown method or core, or an option of another method
 */
export function checkMethod(
  { method, core, residual }: Pick<AdapterOptions, "method" | "core" | "residual">,
): void {
  const { name, nystrom } = findMethod(method);
  if (!nystrom && (core !== undefined || residual !== undefined)) {
    throw new UsageError(`core and residual are options of nlora and inttune; leave them out for ${name}`);
  }
  if (core !== undefined && !nystromCores.includes(core)) {
    throw new UsageError(`unknown core ${JSON.stringify(core)}; choose one of ${nystromCores.join(", ")}`);
  }
}

/** The linear maps that a spec adapts, in the model's order. */
export function targetedLinears(
  { targets }: Pick<AdapterSpec, "targets">,
  linears: ReadonlyMap<string, Linear>,
): Linear[] {
  return [...linears.values()].filter((linear) => targets.includes(projectionOf(linear.name)));
}

function projectionOf(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

function checkRank(rank: number, { name, outputs, inputs }: Linear): void {
  const largest = Math.min(outputs, inputs);
  if (!Number.isInteger(rank) || rank < 1) {
    throw new UsageError(`rank ${rank} is not a whole number from 1; choose a rank from 1 to ${largest}`);
  }
  if (rank > largest) {
    throw new UsageError(
      `rank ${rank} exceeds min(m, n) = ${largest} of ${name} (${outputs}×${inputs}); choose a rank ≤ ${largest}`,
    );
  }
}

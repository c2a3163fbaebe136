import { shownJson } from "../formats/json.ts";
import type { Linear } from "../nn/linear.ts";
import { UsageError } from "../usage_error.ts";

/** Which linear maps of a model are meant, by PEFT's rules. */
export interface Targets {
  /**
   * A list of names, each the whole name of a map or its end, such as `q_proj`; or a regular expression for the whole
   * name; or `all-linear`, the default.
   */
  readonly targets?: string | readonly string[];
  /** The layers to take, counted from 0; by default (or null) all. */
  readonly layers?: readonly number[] | null;
}

/**
 * The linear maps that are meant, in the model's order.
 *
 * @throws UsageError where a name, expression or layer fits none
 */
export function targetedLinears(
  { targets = "all-linear", layers = null }: Targets,
  linears: ReadonlyMap<string, Linear>,
): Linear[] {
  const all = [...linears.values()];
  const named = all.filter(({ name }) => isTargeted(name, targets));
  const absent = typeof targets === "string"
    ? [targets]
    : targets.filter((t) => !all.some(({ name }) => endsWith(name, t)));
  if (named.length === 0 || typeof targets !== "string" && absent.length > 0) {
    const known = [...new Set(all.map(({ name }) => name.slice(name.lastIndexOf(".") + 1)))];
    throw new UsageError(
      `unknown targets ${shownJson(absent)}; this model's linear maps are ${known.join(", ")}`,
    );
  }
  if (layers === null) return named;
  const missing = layers.filter((layer) => !named.some(({ name }) => layerOf(name) === layer));
  if (missing.length > 0 || layers.length === 0) {
    const last = Math.max(...named.map(({ name }) => layerOf(name)));
    throw new UsageError(`unknown layers ${shownJson(missing)}; choose some of 0 to ${last}`);
  }
  return named.filter(({ name }) => layers.includes(layerOf(name)));
}

/** Whether the end of a name, from one of its dots on, fits a name or regular expression. */
export function matchesPattern(pattern: string, name: string): boolean {
  return expression(`(?:.*\\.)?(?:${pattern})`).test(name);
}

function isTargeted(name: string, targets: string | readonly string[]): boolean {
  if (targets === "all-linear") return true;
  return typeof targets === "string"
    ? expression(targets).test(name)
    : targets.some((target) => endsWith(name, target));
}

function endsWith(name: string, target: string): boolean {
  return name === target || name.endsWith(`.${target}`);
}

/** The first number among the parts of a dotted name: that of the layer. */
function layerOf(name: string): number {
  return Number(name.split(".").find((part) => /^\d+$/.test(part)));
}

function expression(source: string): RegExp {
  try {
    return new RegExp(`^(?:${source})$`);
  } catch (error) {
    throw new UsageError(
      `${shownJson(source)} is not a regular expression (${(error as Error).message})`,
    );
  }
}

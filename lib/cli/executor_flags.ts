import process from "node:process";
import type { ParseArgsOptionsConfig } from "node:util";
import type { Executor } from "../experiments/sweeps/executor.ts";
import { localExecutor } from "../experiments/sweeps/local_executor.ts";
import { rayExecutor } from "../experiments/sweeps/ray/ray_executor.ts";
import { UsageError } from "../usage_error.ts";
import { type Given, optionalInteger, optionalNumber, optionalText, present } from "./command.ts";

/** Where a sweep's jobs run. */
export const executorFlags: ParseArgsOptionsConfig = {
  executor: { type: "string" },
  parallel: { type: "string" },
  "memory-limit": { type: "string" },
  ray: { type: "string" },
  cpus: { type: "string" },
  gpus: { type: "string" },
  "ray-clone": { type: "string" },
  "ray-folder": { type: "string" },
  "ray-command": { type: "string" },
  env: { type: "string", multiple: true },
};

/** These, as help shows them. */
export const executorUsage = "[--executor local|ray] [--parallel N]\n" +
  "  local: [--memory-limit GB]\n" +
  "  ray: [--ray http://HEAD:8265] [--cpus 1] [--gpus 0] [--env NAME=VALUE …]\n" +
  "    [--ray-clone DIR] [--ray-folder DIR] [--ray-command WORDS]";

const local = ["memory-limit"];
const remote = ["ray", "cpus", "gpus", "ray-clone", "ray-folder", "ray-command", "env"];

/**
 * The executor that the flags ask for.
 *
 * @throws UsageError for an unknown one, a flag of the other, or a cluster that does not answer
 */
export async function executorFrom(given: Given): Promise<Executor> {
  const executor = optionalText(given, "executor") ?? "local";
  if (executor !== "local" && executor !== "ray") {
    throw new UsageError(`unknown --executor ${JSON.stringify(executor)}; choose one of local, ray`);
  }
  for (const flag of executor === "ray" ? local : remote) {
    if (given.values[flag] !== undefined) {
      throw new UsageError(`--${flag} is of the other executor, and ${executor} is chosen; leave it out`);
    }
  }
  const parallel = present({ parallel: optionalInteger(given, "parallel", 1) });
  if (executor === "local") {
    const gigabytes = optionalNumber(given, "memory-limit");
    return localExecutor({ ...parallel, ...gigabytes !== undefined && { memoryLimit: gigabytes * 1e9 } });
  }
  return await rayExecutor({
    ...parallel,
    address: optionalText(given, "ray") ?? process.env.RAY_API_SERVER_ADDRESS ?? "http://127.0.0.1:8265",
    ...present({
      cpus: optionalNumber(given, "cpus"),
      gpus: optionalNumber(given, "gpus"),
      clone: optionalText(given, "ray-clone"),
      folder: optionalText(given, "ray-folder"),
      command: optionalText(given, "ray-command"),
    }),
    environment: environmentFrom(given),
  });
}

/** Of the jobs: the backend that is forced here, and what is given. */
function environmentFrom(given: Given): { [name: string]: string } {
  const pairs = (given.values.env ?? []) as readonly string[];
  const { NLORA_BACKEND } = process.env;
  const variables = Object.fromEntries(pairs.map((pair) => {
    const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(pair) ?? [];
    if (name === undefined) throw new UsageError(`--env ${pair} has no name; give NAME=VALUE`);
    return [name, value!];
  }));
  return { ...NLORA_BACKEND && { NLORA_BACKEND }, ...variables };
}

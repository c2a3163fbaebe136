import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { ownPath } from "../formats/own_path.ts";

/** What is kept of experiments: their files, grids of sweeps, and the records of each in a folder. */
export type KeptKind = "experiments" | "sweeps" | "records";

/**
 * Where something of an experiment is kept: in `KIND` of the folder that NLORA_EXPERIMENTS of the environment names, if it is there,
 * else in the library's own `data/KIND`.
 *
 * @param name of a file or a folder
 */
export function keptPath(kind: KeptKind, name: string): string {
  const own = process.env.NLORA_EXPERIMENTS;
  const path = own ? join(own, kind, name) : null;
  return path !== null && existsSync(path) ? path : ownPath(`data/${kind}/${name}`);
}

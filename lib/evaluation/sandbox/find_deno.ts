import { spawnSync } from "node:child_process";
import process from "node:process";
import { UsageError } from "../../usage_error.ts";

/**
 * The command of Deno, whose permissions are the walls of the sandbox: of the Deno that runs this, or of the one on PATH.
 *
 * @throws UsageError when there is none
 */
export function findDeno(): string {
  if (process.versions.deno !== undefined) return process.execPath;
  if (spawnSync("deno", ["--version"]).status === 0) return "deno";
  throw new UsageError(
    "programs are run in Deno without permissions, and no deno is on PATH; install Deno, since no other runtime has these walls",
  );
}

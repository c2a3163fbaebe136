import { spawn } from "node:child_process";
import process from "node:process";
import { UsageError } from "../usage_error.ts";

/** Runs a program, with some variables added to the environment, and gives its standard output. */
export function execute(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...environment };
    const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let errors = "";
    child.stdout.on("data", (chunk) => output += chunk);
    child.stderr.on("data", (chunk) => errors = (errors + chunk).slice(-2000));
    child.on(
      "error",
      (error) => reject(new UsageError(`cannot run ${program}: ${error.message}; install it first`)),
    );
    child.on(
      "close",
      (code) =>
        code === 0
          ? resolve(output)
          : reject(new Error(`${program} ${args[0]} ended with ${code}: ${errors.trim()}`)),
    );
  });
}

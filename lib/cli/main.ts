import process from "node:process";
import { parseArgs } from "node:util";
import { UsageError } from "../usage_error.ts";
import { bench } from "./bench.ts";
import type { Command, Given } from "./command.ts";
import { convert } from "./convert.ts";
import { doctor } from "./doctor.ts";
import { evalCommand } from "./eval.ts";
import { generateCommand } from "./generate.ts";
import { init } from "./init.ts";
import { judgeCommand } from "./judge.ts";
import { kernel } from "./kernel.ts";
import { notebook } from "./notebook.ts";
import { recordsCommand } from "./records.ts";
import { runCommand } from "./run.ts";
import { score } from "./score.ts";
import { sweepCommand } from "./sweep.ts";
import { trainCommand } from "./train.ts";

const commands: readonly Command[] = [
  doctor,
  init,
  trainCommand,
  runCommand,
  sweepCommand,
  recordsCommand,
  evalCommand,
  score,
  judgeCommand,
  generateCommand,
  convert,
  kernel,
  notebook,
  bench,
];

/** Runs the command line. Exit codes: 0 done, 1 failed, 2 wrong use (with the mend). */
async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    process.stdout.write(help());
    return 0;
  }
  // With --json, stdout is for the one document: whatever a library prints goes to stderr.
  console.log = console.info = console.error;
  try {
    const command = commands.find((c) => c.name === name);
    if (!command) {
      throw new UsageError(
        `unknown command ${name}; choose one of ${commands.map((c) => c.name).join(", ")}`,
      );
    }
    const { values, positionals } = parse(command, rest);
    if (values.help) {
      process.stdout.write(`nlora ${command.name} ${command.usage}\n\n${command.summary}\n`);
      return 0;
    }
    if (typeof values.backend === "string") process.env.NLORA_BACKEND = values.backend;
    const given = {
      values: values as Given["values"],
      positionals,
      signal: onInterrupt(),
    };
    const result = await command.run(given);
    process.stdout.write(values.json ? JSON.stringify(result.json, null, 2) + "\n" : result.text + "\n");
    return result.done ? 0 : 1;
  } catch (error) {
    const usage = error instanceof UsageError;
    process.stderr.write(
      `${usage ? "" : "error: "}${error instanceof Error ? error.message : String(error)}\n`,
    );
    return usage ? 2 : 1;
  }
}

function parse(command: Command, args: string[]) {
  try {
    const options = {
      ...command.options,
      json: { type: "boolean" },
      backend: { type: "string" },
      help: { type: "boolean", short: "h" },
    } as const;
    return parseArgs({ args, options, allowPositionals: command.positionals ?? false });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\nusage: nlora ${command.name} ${command.usage}`);
  }
}

/** The first Ctrl-C lets the step under way end and keeps what there is; the second leaves at once. */
function onInterrupt(): AbortSignal {
  const controller = new AbortController();
  process.on("SIGINT", () => {
    if (controller.signal.aborted) process.exit(130);
    process.stderr.write("\nstopping after the step under way; Ctrl-C again leaves at once\n");
    controller.abort();
  });
  return controller.signal;
}

function help(): string {
  const lines = commands.map((c) => `  ${c.name.padEnd(10)} ${c.summary}`);
  return [
    "nlora <command> [options] [--json] [--backend tensorflow|webgpu|wasm]",
    lines.join("\n"),
    "nlora <command> --help tells its options.\n",
  ].join("\n\n");
}

process.exit(await main(process.argv.slice(2)));

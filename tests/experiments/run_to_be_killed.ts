import { open } from "node:fs/promises";
import process from "node:process";
import { setImmediate as turn } from "node:timers/promises";
import { run } from "../../lib/experiments/run.ts";

// Runs or resumes the spec of the first argument in the folder of the second, with a checkpoint every so many steps as the
// third says. It kills itself just before it writes to a file, forces it to disk or closes it for the time that the fourth
// says, or so many turns of the event loop after that as the fifth says; without these it goes on to the end.
const [spec, out, checkpointSteps, operation, turns] = process.argv.slice(2) as [string, string, ...string[]];

/** Has the process killed at an operation on open files, counted from 0. A clock would hit another place on each machine. */
async function killAt(operation: number, turns: number): Promise<void> {
  const handle = await open(import.meta.filename!);
  const handles = Object.getPrototypeOf(handle);
  await handle.close();
  let done = 0;
  for (const name of ["write", "sync", "close"]) {
    const operate = handles[name];
    handles[name] = function (...args: unknown[]) {
      if (done++ === operation) kill(turns);
      return operate.apply(this, args);
    };
  }
}

async function kill(turns: number): Promise<void> {
  for (; turns > 0; turns--) await turn();
  process.kill(process.pid, "SIGKILL");
}

if (operation !== undefined) await killAt(Number(operation), Number(turns));
await run(JSON.parse(spec), { out, resume: true, checkpointSteps: Number(checkpointSteps) });
process.exit(0);

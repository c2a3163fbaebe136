import process from "node:process";
import { run } from "../../lib/experiments/run.ts";

// Runs or resumes the spec of the first argument in the folder of the second, with a checkpoint every so many steps as the
// third says; prints the number of each step, and goes on to its end unless it is killed.
const [spec, out, checkpointSteps] = process.argv.slice(2) as [string, string, string];
await run(JSON.parse(spec), {
  ...{ out, resume: true, checkpointSteps: Number(checkpointSteps) },
  onStep: ({ step }) => console.log(step),
});
process.exit(0);

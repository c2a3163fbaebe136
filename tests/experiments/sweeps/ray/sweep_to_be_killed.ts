import process from "node:process";
import { rayExecutor } from "../../../../lib/experiments/sweeps/ray/ray_executor.ts";
import { runSweep } from "../../../../lib/experiments/sweeps/run_sweep.ts";
import { fakePlan, fakeSpec } from "../fake_plan.ts";
import { fakeRay } from "./fake_ray.ts";

// Sweeps so many fake runs, as the third argument says, on the Ray of the first into the folder of the second; says how many are done
// whenever one more is, and goes on to the end unless it is killed.
const [address, folder, count] = process.argv.slice(2) as [string, string, string];
const specs = Array.from({ length: Number(count) }, (_, seed) => fakeSpec(seed, "pace 150"));
const executor = await rayExecutor(fakeRay(address));
let told = -1;
const { runs } = await runSweep(fakePlan(folder, specs), {
  executor,
  trials: new Map(),
  attempts: 20,
  onChange: ({ runs }) => {
    const done = runs.filter(({ state }) => state === "done").length;
    if (done > told) console.log(told = done);
  },
});
await executor.close();
process.exit(runs.every(({ state }) => state === "done") ? 0 : 1);

import assert from "node:assert/strict";
import { runSteps } from "../../tasks/setup/run_steps.ts";
import { type Step, Unavailable } from "../../tasks/setup/step.ts";

const told: string[] = [];
const show = (name: string) => ({ update() {}, end: (text: string) => void told.push(`${name}: ${text}`) });

function step(name: string, given: Partial<Step> = {}): Step {
  return {
    name,
    needs: [],
    optional: false,
    isDone: () => Promise.resolve(false),
    run: () => Promise.resolve("made"),
    ...given,
  };
}

const fails = (error: Error) => () => Promise.reject(error);

Deno.test("steps that are done are not run", async () => {
  const done = step("a", { isDone: () => Promise.resolve(true), run: fails(new Error("ran")) });
  const report = await runSteps([done], show);
  assert.deepEqual([...report.ready], ["a"]);
  assert.equal(report.ran, 0);
});

Deno.test("what the machine lacks is told once, and what does not need it goes on", async () => {
  told.length = 0;
  const report = await runSteps([
    step("python", { run: fails(new Unavailable("no Python; install it")) }),
    step("jupyter", { needs: ["python"] }),
    step("kernel", { needs: ["jupyter"] }),
    step("packages"),
  ], show);
  assert.deepEqual(told, ["python: no Python; install it", "packages: made"]);
  assert.deepEqual([...report.ready], ["packages"]);
  assert.equal(report.missing.get("kernel"), "no Python; install it");
});

Deno.test("an optional step may fail, another may not", async () => {
  told.length = 0;
  const report = await runSteps(
    [step("addon", { optional: true, run: fails(new Error("g++ failed")) })],
    show,
  );
  assert.deepEqual(told, ["addon: left out: g++ failed"]);
  assert.equal(report.missing.get("addon"), "g++ failed");
  await assert.rejects(
    () => runSteps([step("model", { run: fails(new Error("no network")) })], show),
    /set-up, step model: no network/,
  );
});

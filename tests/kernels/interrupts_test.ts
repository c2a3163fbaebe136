import assert from "node:assert/strict";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { Random } from "../../lib/tensor/random.ts";
import { withFolder } from "../temporary_folder.ts";
import { type Output, type RunningCells, withCells } from "./running_cells.ts";

/** How many interrupts; the environment variable is for a long run by hand. */
const interrupts = Number(process.env.NLORA_INTERRUPTS ?? 16);

/** Cells that never end by themselves, but for the last. */
const endless = {
  "a loop": "while (true);",
  "a loop after waiting": "await 0; while (true);",
  "waiting for what never comes": "await new Promise(() => {});",
  "waiting for what is there": "for (;;) await 0;",
  "waiting that lets nothing else happen": "await (async () => { for (;;) await 0; })();",
  "waiting in a loop that catches errors":
    "for (;;) { try { await 0; } catch { break; } } throw new Error('went on');",
  "a flood of output": "for (;;) console.log('flood');",
  // An interrupt before the timer's time would end the cell, and the loop would come after it.
  "a loop in a timer":
    "setTimeout(() => { console.log('announced'); while (true); }); await new Promise(() => {});",
  "a question that nobody answers": "prompt('?');",
  "a question after the interrupt": "try { await new Promise(() => {}); } catch { prompt('?'); }",
  "timers": "for (;;) await new Promise((resolve) => setTimeout(resolve, 1));",
};

const training = `
  const source = globalThis[Symbol.for("nlora.interrupt")];
  const release = source.cooperate();
  console.log("announced");
  while (!source.signal.aborted) {
    const end = performance.now() + 400; // a step that does not let the event loop turn
    while (performance.now() < end);
    await new Promise((resolve) => setTimeout(resolve));
  }
  release();
  "ended by itself"`;

const short = "await new Promise((resolve) => setTimeout(resolve, 3)); 1";

function errorOf(outputs: readonly Output[]): string | undefined {
  return outputs.find(([type]) => type === "error")?.[1].ename;
}

/** Runs a cell and interrupts it after some time, and not before it has printed where it does so at its begin. */
async function interruptAfter(
  { run, runner, outputs }: RunningCells,
  milliseconds: number,
  code: string,
): Promise<Output[]> {
  const running = run(code);
  await sleep(milliseconds);
  while (code.includes("announced") && outputs.length === 0) await sleep(5);
  await runner.interrupt();
  return await running;
}

Deno.test({
  name: `interrupts: ${interrupts} at random moments, none lost, and the state stays`,
  sanitizeOps: false,
  sanitizeResources: false,
  fn: () =>
    withFolder((folder) =>
      withCells(folder, async (cells) => {
        const random = new Random(7);
        const kinds = [...Object.entries(endless), ["training", training], ["a short cell", short]] as const;
        await cells.run("let kept = 0; const made = { here: true };");
        for (let i = 1; i <= interrupts; i++) {
          const [name, code] = kinds[(i - 1) % kinds.length]!;
          const outputs = await interruptAfter(cells, random.int(60), `kept += 1; ${code}`);
          const ename = errorOf(outputs);
          if (name === "training") assert.match(JSON.stringify(outputs.at(-1)), /ended by itself/);
          else if (name === "waiting in a loop that catches errors") {
            assert.ok(["Interrupted", "Error"].includes(ename!), name);
          } else if (name !== "a short cell") {
            assert.equal(ename, "Interrupted", `${name}: ${JSON.stringify(outputs).slice(0, 300)}`);
          } else assert.ok(ename === undefined || ename === "Interrupted", name);
          assert.equal(await cells.result("[kept, made.here].join()"), `"${i},true"`, `after ${name}`);
        }
      })
    ),
});

import assert from "node:assert/strict";
import { join } from "node:path";
import { withFolder } from "../temporary_folder.ts";
import { nlora, writeTinyModel } from "./command_line.ts";

Deno.test("sweep: estimates, runs what has no result, halves, and does nothing twice; records lists and exports it", async () => {
  await withFolder(async (folder) => {
    const grid = join(folder, "grid.json");
    const shared = {
      model: await writeTinyModel(folder),
      task: "arithmetic",
      steps: 2,
      batch: 1,
      train_limit: 4,
    };
    await Deno.writeTextFile(
      grid,
      JSON.stringify({
        shared,
        axes: { method: ["lora", "nlora"], rank: 2 },
        halving: { metric: "loss", at: [1] },
      }),
    );
    const args = ["sweep", grid, "--out", folder, "--json"];
    const dry = await nlora([...args, "--dry-run", "--parallel", "2"]);
    assert.equal(dry.code, 0, dry.stderr);
    const { runs, total } = JSON.parse(dry.stdout);
    assert.deepEqual([total.runs, total.to_do, total.at_once], [2, 2, 2]);
    for (const run of runs) {
      assert.equal(run.state, "waits");
      assert.ok(run.seconds >= 0 && run["memory MB"] > 10 && run["disk MB"] > 0, dry.stderr);
    }

    const swept = await nlora(args);
    assert.equal(swept.code, 0, swept.stderr);
    assert.match(swept.stderr, /2 runs: 1 done, 1 dropped; .* best loss .* \(N?LoRA r 2, arithmetic/);
    const { records } = JSON.parse(swept.stdout);
    const again = await nlora(args);
    assert.equal(again.code, 0, again.stderr);
    assert.deepEqual(JSON.parse(again.stdout).records, records);
    assert.match(again.stderr, /2 runs: 1 done, 1 dropped; \d+ s so far/);

    const runsFolder = join(folder, "grid", "runs");
    await Deno.writeTextFile(join(runsFolder, "broken.json"), "{");
    const query = ["records", runsFolder, "--filter", "d => d.status === 'done'"];
    const listed = await nlora([...query, "--json"]);
    assert.equal(listed.code, 0, listed.stderr);
    assert.equal(JSON.parse(listed.stdout).rows.length, 1);
    assert.match(listed.stderr, /damaged, left out: .*broken\.json: it cannot be read/);
    const refused = await nlora(["records", runsFolder, "--filter", "d => d.rnk > 1"]);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /the columns are .*rank/);
  });
});

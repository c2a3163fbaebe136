import assert from "node:assert/strict";
import { join } from "node:path";
import { withFolder } from "../temporary_folder.ts";
import { nlora, startNlora, writeTinyModel } from "./command_line.ts";

Deno.test({
  name: "train: Ctrl-C keeps what was trained, and the adapter serves generate and eval",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withFolder(async (folder) => {
      const model = await writeTinyModel(folder);
      const out = join(folder, "run");
      const child = startNlora([
        ...["train", "--model", model, "--method", "pissa", "--rank", "2", "--task", "arithmetic"],
        ...["--steps", "1000000", "--batch", "1", "--limit", "1", "--out", out, "--json"],
      ]);
      const stdout = new Response(child.stdout).text();
      let stderr = "";
      let signalled = false;
      for await (const part of child.stderr.pipeThrough(new TextDecoderStream())) {
        stderr += part;
        if (!signalled && /train [1-9]\d*\/1000000 steps, .* left, loss .* tokens\/s/.test(stderr)) {
          signalled = true;
          child.kill("SIGINT");
        }
      }
      assert.equal((await child.status).code, 1, stderr);
      assert.match(stderr, /stopping after the step under way/);
      const record = JSON.parse(await stdout);
      assert.equal(record.run.status, "interrupted");
      assert.ok(record.train.points.length >= 1 && record.train.points.length < 1_000_000);
      assert.deepEqual(JSON.parse(await Deno.readTextFile(join(out, "record.json"))), record);

      const adapted = ["--model", model, "--adapter", out];
      const text = await nlora(["generate", ...adapted, "--prompt", "Two", "--max-new-tokens", "2"]);
      assert.equal(text.code, 0, text.stderr);
      const score = await nlora(["eval", ...adapted, "--task", "arithmetic", "--limit", "1"]);
      assert.equal(score.code, 0, score.stderr);
      assert.match(score.stdout, /^arithmetic accuracy: /);
    }),
});

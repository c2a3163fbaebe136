import assert from "node:assert/strict";
import { join } from "node:path";
import { withFolder } from "../temporary_folder.ts";
import { nlora, writeTinyModel } from "./command_line.ts";

Deno.test({
  name:
    "train: --resume goes on after Ctrl-C, --progress json tells each step, and a run that is done is left alone",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withFolder(async (folder) => {
      const out = join(folder, "run");
      const args = [
        ...["train", "--model", await writeTinyModel(folder), "--method", "lora", "--rank", "2", "--task"],
        ...[
          "arithmetic",
          "--steps",
          "40",
          "--batch",
          "1",
          "--limit",
          "2",
          "--progress",
          "json",
          "--out",
          out,
        ],
        ...["--max-grad-norm", "1", "--checkpoint-steps", "10"],
      ];
      const interruptedAt = join(import.meta.dirname!, "interrupted_at.ts");
      const first = await nlora(args, {}, [interruptedAt, "3"]);
      assert.equal(first.code, 1, first.stderr);
      assert.match(first.stdout, /interrupted; adapter and record in/);
      const steps = (text: string) =>
        text.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
      const before = steps(first.stderr);
      const fields = ["grad_norm", "loss", "lr", "seconds_left", "step", "tokens", "tokens_per_s"];
      for (const line of before) assert.deepEqual(Object.keys(line).sort(), fields);

      const again = await nlora(args);
      assert.deepEqual([again.code, again.stdout], [2, ""]);
      assert.match(again.stderr, /unfinished run .*go on with it by --resume/);
      const resumed = await nlora([...args, "--resume"]);
      assert.equal(resumed.code, 0, resumed.stderr);
      const after = steps(resumed.stderr);
      assert.deepEqual(
        [...before, ...after].map(({ step }) => step),
        Array.from({ length: 40 }, (_, i) => i + 1),
      );
      const done = await nlora([...args, "--resume"]);
      assert.deepEqual([done.code, steps(done.stderr)], [0, []]);
      assert.match(done.stdout, /^the run of .*Z is done already; nothing was changed\n/);
    }),
});

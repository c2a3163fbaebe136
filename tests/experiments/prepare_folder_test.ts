import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { prepareFolder } from "../../lib/experiments/prepare_folder.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { withFolder } from "../temporary_folder.ts";

Deno.test("prepareFolder: makes what is missing, and takes back what it made while that is empty", async () => {
  await withFolder((folder) => {
    const deep = join(folder, "a", "b");
    const takeBack = prepareFolder(deep);
    assert.ok(existsSync(deep));
    takeBack();
    assert.ok(!existsSync(join(folder, "a")) && existsSync(folder));

    prepareFolder(folder)();
    assert.ok(existsSync(folder), "a folder that was there stays");
    return Promise.resolve();
  });
});

Deno.test("prepareFolder: what was put there meanwhile stays", async () => {
  await withFolder(async (folder) => {
    const takeBack = prepareFolder(join(folder, "a", "b"));
    await Deno.writeTextFile(join(folder, "a", "kept"), "");
    takeBack();
    assert.ok(existsSync(join(folder, "a", "kept")) && !existsSync(join(folder, "a", "b")));
  });
});

Deno.test("prepareFolder: what was left half written goes, and nothing else", async () => {
  await withFolder(async (folder) => {
    const [left, mine] = [".record.json.0123456789ab.tmp", ".notes.tmp"];
    for (const name of [left, mine]) await Deno.writeTextFile(join(folder, name), "");
    await Deno.mkdir(join(folder, ".checkpoint-2.ba9876543210.tmp", "deep"), { recursive: true });
    prepareFolder(folder);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), [mine]);
  });
});

Deno.test("prepareFolder: a file in the way is refused and stays", async () => {
  await withFolder(async (folder) => {
    const file = join(folder, "file");
    await Deno.writeTextFile(file, "mine");
    for (const path of [file, join(file, "run")]) {
      assert.throws(
        () => prepareFolder(path),
        (error) => error instanceof UsageError && /cannot write to .* another folder/.test(error.message),
      );
    }
    assert.equal(await Deno.readTextFile(file), "mine");
  });
});

Deno.test({
  name: "prepareFolder: a folder without permission is refused (skipped for root, who may write everywhere)",
  ignore: Deno.build.os === "windows" || Deno.uid() === 0,
  fn: () =>
    withFolder(async (folder) => {
      await Deno.chmod(folder, 0o500);
      for (const path of [folder, join(folder, "run")]) assert.throws(() => prepareFolder(path), UsageError);
      await Deno.chmod(folder, 0o700);
    }),
});

import assert from "node:assert/strict";
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { explainWriteError, writeAside } from "../../lib/formats/write_aside.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { temporaryFolder } from "../temporary_folder.ts";

const newFolder = temporaryFolder;

Deno.test("writes text, bytes and chunks, makes folders, replaces what was there, leaves nothing beside", async () => {
  const folder = newFolder();
  const path = join(folder, "a", "b", "file");
  await writeAside(path, "ä");
  assert.equal(await readFile(path, "utf8"), "ä");
  await writeAside(path, Uint8Array.of(1, 2));
  assert.deepEqual([...await readFile(path)], [1, 2]);
  await writeAside(path, [Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3)]);
  assert.deepEqual([...await readFile(path)], [1, 2, 3]);
  await writeAside(
    path,
    async function* () {
      yield await Promise.resolve(Uint8Array.of(9));
    }(),
  );
  assert.deepEqual([...await readFile(path)], [9]);
  assert.deepEqual(await readdir(join(folder, "a", "b")), ["file"]);
});

Deno.test("a failure in the middle leaves the old file and nothing beside", async () => {
  const folder = newFolder();
  const path = join(folder, "file");
  await writeAside(path, "old");
  const broken = function* () {
    yield new Uint8Array(100_000);
    throw new Error("the source failed");
  };
  await assert.rejects(writeAside(path, broken()), /the source failed/);
  assert.equal(await readFile(path, "utf8"), "old");
  assert.deepEqual(await readdir(folder), ["file"]);
});

Deno.test("a folder or a file in the way is a clear error", async () => {
  const folder = newFolder();
  const blocked = join(folder, "folder");
  await mkdir(blocked);
  await assert.rejects(writeAside(blocked, "x"), UsageError);
  await writeFile(join(folder, "file"), "");
  const below = join(folder, "file", "x");
  await assert.rejects(
    writeAside(below, "x"),
    (error: Error) =>
      error instanceof UsageError && error.message.includes(below) && /a file stands/.test(error.message),
  );
  assert.deepEqual((await readdir(folder)).sort(), ["file", "folder"]);
});

Deno.test({
  name: "no permission is a clear error (skipped for root, who may write everywhere)",
  ignore: process.getuid?.() === 0,
  fn: async () => {
    const folder = newFolder();
    await chmod(folder, 0o500);
    await assert.rejects(writeAside(join(folder, "x"), "x"), /no permission to write/);
    await chmod(folder, 0o700);
  },
});

Deno.test("a full disk and a read-only one are told from other errors", () => {
  const failure = (code: string) => Object.assign(new Error(code), { code });
  assert.match(
    String(explainWriteError(failure("ENOSPC"), "/x")),
    /UsageError: no space left on the disk for \/x/,
  );
  assert.match(String(explainWriteError(failure("EROFS"), "/x")), /no permission to write \/x/);
  const other = failure("EIO");
  assert.equal(explainWriteError(other, "/x"), other);
});

Deno.test({
  name: "a full device is a clear error (skipped where there is no /dev/full)",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const { open } = await import("node:fs/promises");
    const full = await open("/dev/full", "w");
    try {
      await assert.rejects(
        full.write(new Uint8Array(8)),
        (error) => explainWriteError(error, "/x") instanceof UsageError,
      );
    } finally {
      await full.close();
    }
  },
});

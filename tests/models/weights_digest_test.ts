import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { WeightsDigest } from "../../lib/models/weights_digest.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { withFolder } from "../temporary_folder.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

Deno.test("the digest is that of the one file, or of the digests of several, and is kept", () =>
  withFolder(async (folder) => {
    const files = ["a", "b"].map((name) => join(folder, name));
    files.forEach((path, i) => writeFileSync(path, `content ${i}`));
    const one = new WeightsDigest([files[0]!]);
    const several = new WeightsDigest(files);
    assert.equal(await one, sha256("content 0"));
    assert.equal(await several, sha256([sha256("content 0"), sha256("content 1")].join()));
    rmSync(files[0]!);
    assert.equal(await one, sha256("content 0"));
  }));

for (
  const [what, change] of [
    ["written anew", (path: string) => writeFileSync(path, "other content")],
    ["removed", (path: string) => rmSync(path)],
  ] as const
) {
  Deno.test(`a file that was ${what} since the model was loaded has no digest`, () =>
    withFolder(async (folder) => {
      const path = join(folder, "weights");
      writeFileSync(path, "content");
      const digest = new WeightsDigest([path]);
      change(path);
      await assert.rejects(async () => await digest, (error) => {
        return error instanceof UsageError && /has changed since the model was loaded/.test(error.message);
      });
    }));
}

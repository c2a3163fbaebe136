import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openJsonLinesLog } from "../../lib/formats/json_lines_log.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { temporaryFolder } from "../temporary_folder.ts";

const settings = { task: "t", stop: ["a", "b"], done: undefined };

async function begun(...lines: object[]): Promise<string> {
  const path = join(temporaryFolder(), "log.jsonl");
  const log = await openJsonLinesLog(path, settings, false);
  assert.deepEqual(log.earlier, []);
  await Promise.all(lines.map((line) => log.append(line)));
  await log.close(false);
  return path;
}

const refused = (work: Promise<unknown>, words: RegExp) =>
  assert.rejects(
    work,
    (error) => error instanceof UsageError && words.test(error.message) || assert.fail(String(error)),
  );

Deno.test("lines are appended in their order and found again; a finished log has nothing beside it", async () => {
  const path = await begun({ n: 1 }, { n: 2 }, { text: "α\n" });
  assert.equal(await readFile(path, "utf8"), '{"n":1}\n{"n":2}\n{"text":"α\\n"}\n');
  const log = await openJsonLinesLog<{ n: number }>(path, settings, true);
  assert.deepEqual(log.earlier, [{ n: 1 }, { n: 2 }, { text: "α\n" }]);
  await log.append({ n: 4 });
  await log.close(true);
  assert.match(await readFile(path, "utf8"), /\{"n":4\}\n$/);
  assert.ok(!existsSync(`${path}.settings.json`));
});

Deno.test("a last line that was cut off, even within a character, is dropped and written over", async () => {
  for (const torn of [Uint8Array.of(0x7b, 0x22, 0xce), '{"n":2', '{"n":2}']) {
    const path = await begun({ n: 1 });
    await appendFile(path, torn);
    const log = await openJsonLinesLog(path, settings, true);
    assert.deepEqual(log.earlier, [{ n: 1 }]);
    await log.append({ n: 3 });
    await log.close(false);
    assert.equal(await readFile(path, "utf8"), '{"n":1}\n{"n":3}\n');
  }
});

Deno.test("an unfinished log is not written over, and only work of its settings goes on with it", async () => {
  const path = await begun({ n: 1 });
  await refused(
    openJsonLinesLog(path, settings, false),
    /log\.jsonl is there already; go on with it by --resume/,
  );
  await refused(
    openJsonLinesLog(path, { ...settings, stop: ["a"], digest: 1 }, true),
    /of other work: stop is \["a","b"\] there and \["a"\] here; digest is not given there and 1 here; give/,
  );
  assert.equal(await readFile(path, "utf8"), '{"n":1}\n');
  await writeFile(`${path}.settings.json`, "{");
  await refused(openJsonLinesLog(path, settings, true), /settings\.json is damaged/);
  const finished = await begun({ n: 1 });
  await (await openJsonLinesLog(finished, settings, true)).close(true);
  await refused(openJsonLinesLog(finished, settings, true), /cannot be gone on with/);
});

Deno.test("a log without a line leaves nothing behind", async () => {
  const path = await begun();
  assert.deepEqual([existsSync(path), existsSync(`${path}.settings.json`)], [false, false]);
});

Deno.test("a line in the middle that is no JSON is named", async () => {
  const path = await begun({ n: 1 });
  await appendFile(path, "{\n{}\n");
  await refused(openJsonLinesLog(path, settings, true), /log\.jsonl line 2: not valid JSON/);
});

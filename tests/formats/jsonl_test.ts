import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readJsonLines } from "../../lib/formats/jsonl.ts";
import { stringField } from "../../lib/formats/row.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { temporaryFolder } from "../temporary_folder.ts";

Deno.test("reads one object a line, whatever ends the lines, and skips empty ones", async () => {
  const path = await file('\ufeff{"a":"ä"}\r\n\r\n  {"a":"2"}\n{"a":"\\n"}');
  const rows = await readJsonLines(path);
  assert.deepEqual(rows.map((row) => row.fields), [{ a: "ä" }, { a: "2" }, { a: "\n" }]);
  assert.deepEqual(rows.map((row) => row.place), [1, 3, 4].map((line) => `${path} line ${line}`));
});

Deno.test("an empty file has no rows", async () => {
  assert.deepEqual(await readJsonLines(await file("")), []);
});

Deno.test("a broken line is named by file and number", async () => {
  const broken: readonly [content: string | Uint8Array, message: string][] = [
    ['{"a":1}\n{"a":', "line 2: not valid JSON"],
    ['{"a":1}\n\n{"a":1} {}', "line 3: not valid JSON"],
    ["[1]\n", "line 1: found [1]; one JSON object a line"],
    ['{"a":1}\nnull\n', "line 2: found null; one JSON object a line"],
    [Uint8Array.of(0x7b, 0x7d, 0x0a, 0x22, 0xff, 0x22), "line 2: not valid UTF-8"],
  ];
  for (const [content, message] of broken) {
    const path = await file(content);
    await assert.rejects(
      readJsonLines(path),
      (error) => error instanceof UsageError && error.message.startsWith(`${path} ${message}`),
      message,
    );
  }
});

Deno.test("a file that cannot be read is named", async () => {
  const folder = temporaryFolder();
  for (const path of [folder, join(folder, "none.jsonl")]) {
    await assert.rejects(
      readJsonLines(path),
      (error) => error instanceof UsageError && error.message.startsWith(`cannot read ${path}: `),
    );
  }
});

Deno.test("a field that is no string is named with what was found", () => {
  const row = { place: "x.jsonl line 4", fields: { a: 1, b: "text", c: null } };
  assert.equal(stringField(row, "b"), "text");
  const message = (name: string) => {
    try {
      return stringField(row, name);
    } catch (error) {
      assert.ok(error instanceof UsageError);
      return error.message;
    }
  };
  assert.equal(message("a"), 'x.jsonl line 4: the field "a" is 1; a string is expected');
  assert.equal(message("c"), 'x.jsonl line 4: the field "c" is null; a string is expected');
  assert.equal(
    message("d"),
    'x.jsonl line 4: the field "d" is missing (fields: a, b, c); a string is expected',
  );
});

async function file(content: string | Uint8Array): Promise<string> {
  const path = join(temporaryFolder(), "rows.jsonl");
  await writeFile(path, content);
  return path;
}

import assert from "node:assert/strict";
import { join } from "node:path";
import { readPairs } from "../../lib/text/read_pairs.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { withFolder } from "../temporary_folder.ts";

Deno.test("pairs are read from JSON Lines and from a JSON list, by the names of their fields", () =>
  withFolder(async (folder) => {
    const rows = [{ q: "a?", a: "A", more: 1 }, { q: "", a: "B" }];
    const expected = [{ prompt: "a?", response: "A" }, { prompt: "", response: "B" }];
    const texts = {
      "x.jsonl": rows.map((row) => JSON.stringify(row)).join("\n\n"),
      "x.json": JSON.stringify(rows),
    };
    for (const [name, text] of Object.entries(texts)) {
      await Deno.writeTextFile(join(folder, name), text);
      assert.deepEqual(await readPairs(join(folder, name), { prompt: "q", response: "a" }), expected, name);
    }
  }));

Deno.test("pairs: what cannot be used is refused, with the line", () =>
  withFolder(async (folder) => {
    const refused = async (text: string, message: RegExp) => {
      const path = join(folder, "x.jsonl");
      await Deno.writeTextFile(path, text);
      await assert.rejects(readPairs(path), (error) =>
        error instanceof UsageError && message.test(error.message));
    };
    const good = '{"prompt": "a", "response": "b"}\n';
    await refused("\n", /holds no rows/);
    await refused(`${good}{"prompt": "a"}\n`, /line 2: the field "response" is missing \(fields: prompt\)/);
    await refused(`${good}\n{"prompt": 1, "response": "b"}\n`, /line 3: the field "prompt" is 1/);
    await refused('{"prompt": "a", "response": ""}', /line 1: the field "response" is empty/);
    await refused(`${good}{"prompt": `, /line 2: not valid JSON/);
    await assert.rejects(readPairs(join(folder, "none.jsonl")), UsageError);
  }));

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { scoreJudgements } from "../../../lib/evaluation/mt_bench/score_judgements.ts";
import { UsageError } from "../../../lib/usage_error.ts";
import { temporaryFolder } from "../../temporary_folder.ts";

function file(...lines: readonly (object | string | Uint8Array)[]): string {
  const path = join(temporaryFolder(), "judgements.jsonl");
  const bytes = lines.map((line) =>
    line instanceof Uint8Array ? line : Buffer.from(typeof line === "string" ? line : JSON.stringify(line))
  );
  writeFileSync(path, Buffer.concat(bytes.flatMap((line) => [line, Buffer.from("\n")])));
  return path;
}

const good = { id: "81/1", category: "writing", turn: 1, order: null, output: "Rating: [[7]]" };

Deno.test("judgements are read anew, whatever verdict is beside them", async () => {
  const path = file({ ...good, verdict: 1, usage: { input: 2, output: 1 } }, {
    ...good,
    id: "81/2",
    turn: 2,
    output: "",
  });
  const { value, n, missing, examples, usage } = await scoreJudgements(path);
  assert.deepEqual([value, n, missing, usage], [7, 1, 1, { input: 2, output: 1 }]);
  assert.deepEqual(examples, [
    { id: "81/1", extracted: "7", verdict: 7 },
    { id: "81/2", extracted: null, verdict: null },
  ]);
});

Deno.test("each bad line is named, and the others are scored; judgements of ten megabytes are read like others", async () => {
  const bad: [line: object | string | Uint8Array, message: RegExp][] = [
    ["{", /line 2: not valid JSON/],
    [Uint8Array.of(0xc3, 0x28), /line 3: not valid UTF-8/],
    [{ ...good, id: null }, /line 4: the field "id" is null/],
    [{ ...good, id: "a", turn: 3 }, /line 5: the field "turn" is 3; one of 1, 2 is expected/],
    [
      { ...good, id: "b", order: "aa" },
      /line 6: the field "order" is "aa"; one of null, "ab", "ba" is expected/,
    ],
    [{ ...good, id: "c", output: 7 }, /line 7: the field "output" is 7/],
    [{ ...good, id: "d", category: undefined }, /line 8: the field "category" is missing/],
    [good, /line 9: the id "81\/1" came before, at .*line 1; give each id once/],
  ];
  const long = { ...good, id: "82/1", output: `${"[[".repeat(5e6)} [[5]]` };
  const { value, n, problems } = await scoreJudgements(file(good, ...bad.map(([line]) => line), long));
  assert.deepEqual([value, n, problems.length], [6, 2, bad.length]);
  bad.forEach(([, message], i) => assert.match(problems[i]!, message));
});

Deno.test("a missing file and an empty one are refused", async () => {
  await assert.rejects(scoreJudgements(file("")), /holds no judgement; give the judgements\.jsonl of/);
  await assert.rejects(scoreJudgements("none.jsonl"), (error) => error instanceof UsageError);
});

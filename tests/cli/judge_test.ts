import assert from "node:assert/strict";
import { join } from "node:path";
import process from "node:process";
import type { Given } from "../../lib/cli/command.ts";
import { judgeCommand } from "../../lib/cli/judge.ts";
import { score } from "../../lib/cli/score.ts";
import type { JudgeRecord } from "../../lib/experiments/judge_record.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { fail, reply, withJudgeServer } from "../evaluation/mt_bench/judge_server.ts";
import { answerLines, smallMtBench } from "../evaluation/mt_bench/small_mt_bench.ts";
import { withFolder } from "../temporary_folder.ts";
import { nlora } from "./command_line.ts";

function given(values: Given["values"]): Given {
  return { values, positionals: [], signal: new AbortController().signal };
}

Deno.test("judge: the estimate first, then grades from a server that misbehaves; score reads them again", async () => {
  await withFolder(async (folder) => {
    const answers = join(folder, "answers.jsonl");
    await Deno.writeTextFile(answers, answerLines("a"));
    const out = join(folder, "out");
    await withJudgeServer(({ text, before }, response) => {
      if (before === 0 && text.includes("w1")) return fail(response, 429, {}, { "retry-after-ms": "20" });
      if (before === 0 && text.includes("w3")) return void response.end('{"choices": [{"mess');
      reply(response, text.includes("{0}") ? "no rating" : "Rating: [[6]]");
    }, async ({ baseUrl, asked }) => {
      const values = {
        ...{ answers, judge: "judge", data: smallMtBench(), out, "base-url": baseUrl },
        ...{ "price-in": "30", "price-out": "60" },
      };
      const here = (more: object) => judgeCommand.run(given({ ...values, ...more }));
      const dry = await here({ "dry-run": true });
      assert.match(
        dry.text,
        /^6 requests, about \d+ tokens to read, at most 12,288 to write: at most 0\.74 in/,
      );
      assert.equal(asked.length, 0);

      const args = Object.entries(values).flatMap(([name, value]) => [`--${name}`, value]);
      const { code, stdout, stderr } = await nlora(["judge", ...args, "--json"], { OPENAI_API_KEY: "k-1" });
      assert.equal(code, 0, stderr);
      const record: JudgeRecord = JSON.parse(stdout);
      assert.deepEqual([record.run.status, record.eval!.value, record.eval!.missing], ["done", 6, 1]);
      assert.match(stderr, /^6 requests, about /);
      assert.equal(asked.length, 6 + 4);
      assert.ok(asked.every(({ headers }) => headers.authorization === "Bearer k-1"));
      assert.ok(!stdout.includes("k-1") && !stderr.includes("k-1"));

      const chart = join(folder, "radar.html");
      const again = await here({ resume: true, chart });
      assert.match(
        await Deno.readTextFile(chart),
        /MT-Bench, rating from 0 to 10: answers: writing 6, math 6\./,
      );
      assert.deepEqual([again.done, asked.length], [true, 10]);
      assert.match(again.text, /^of +rating\nwriting +6\nmath +6\n/);
      assert.match(again.text, /\n1 judgements could not be read and are in no mean\n.*cost 0\.0216\ndone; /);
    });
    const predictions = join(out, "judgements.jsonl");
    const scored = () => score.run(given({ task: "mt-bench", predictions }));
    assert.equal(
      (await scored()).text,
      "mt-bench rating: 6.00, the mean of 5, 1 judgements could not be read",
    );
    await Deno.writeTextFile(predictions, '{"id": 5}\n', { append: true });
    await assert.rejects(
      scored(),
      /jsonl line 7: .*\n1 of 7 lines cannot be scored; mend them. Of the others, mt-bench rating: 6\.00/,
    );
  });
});

Deno.test("judge: wrong use is refused with the mend", async () => {
  const file = { answers: "a.jsonl" };
  const here = { ...file, judge: "j", local: true };
  const bad: [values: Record<string, string | boolean>, words: RegExp][] = [
    [{ judge: "j" }, /give either --model, which is to answer, or --answers/],
    [{ ...file, model: "m", judge: "j" }, /give either --model/],
    [{ ...file, local: true }, /--judge is missing/],
    [{ ...file, judge: "j" }, /where is the judge\? Give --base-url or OPENAI_BASE_URL.*or --local/],
    [{ ...here, "base-url": "http://x" }, /give either --base-url.* or --local/],
    [{ ...here, "price-in": "3" }, /give both --price-in and --price-out/],
    [{ ...here, parameters: "[]" }, /--parameters \[\] is not a JSON object/],
    [{ ...here, "key-env": "NO_SUCH_KEY" }, /the environment has no NO_SUCH_KEY/],
    [{ model: "m", judge: "j", local: true, form: "x" }, /unknown form "x"; choose one of chat, alpaca/],
    [{ model: "m", judge: "j", local: true, temperature: "-1" }, /--temperature -1 is below 0/],
    [{ ...here, resume: true }, /--resume goes on with the judgement in a folder/],
    [{ ...here, data: "none" }, /no MT-Bench: there is no mtbench\/question\.jsonl/],
  ];
  const before = process.env.OPENAI_BASE_URL;
  delete process.env.OPENAI_BASE_URL;
  for (const [values, words] of bad) {
    await assert.rejects(
      judgeCommand.run(given(values)),
      (error) => error instanceof UsageError && words.test(error.message) || assert.fail(String(error)),
    );
  }
  if (before !== undefined) process.env.OPENAI_BASE_URL = before;
});

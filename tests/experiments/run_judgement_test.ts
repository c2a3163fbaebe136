import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readAnswers } from "../../lib/evaluation/mt_bench/read_answers.ts";
import { scoreJudgements } from "../../lib/evaluation/mt_bench/score_judgements.ts";
import type { AnsweringSpec, JudgeSpec } from "../../lib/experiments/judge_record.ts";
import { estimateJudgement } from "../../lib/experiments/open_judgement.ts";
import { readRecords } from "../../lib/experiments/read_records.ts";
import { runJudgement, type RunJudgementOptions } from "../../lib/experiments/run_judgement.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { fail, type JudgeServer, reply, withJudgeServer } from "../evaluation/mt_bench/judge_server.ts";
import { answerLines, smallMtBench } from "../evaluation/mt_bench/small_mt_bench.ts";
import { tinyGgufLlama } from "../models/tiny_gguf_llama.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { assertNoLeak } from "../tensor_assertions.ts";

await useBackend();
const data = smallMtBench();
const folder = temporaryFolder();
const [ours, theirs, model] = ["ours.jsonl", "theirs.jsonl", "tiny.gguf"].map((name) =>
  join(folder, name)
) as [
  ...[string, string, string],
];
await writeFile(ours, answerLines("a"));
await writeFile(theirs, answerLines("b"));
await writeFile(model, tinyGgufLlama(0));

const answering: AnsweringSpec = {
  ...{ model, weights: "float32", adapter: null, form: null, max_new_tokens: 3, temperature: null, seed: 0 },
  batch: 2,
};

function spec(base_url: string | null, changes: Partial<JudgeSpec> = {}): JudgeSpec {
  const judge = { name: base_url === null ? model : "judge", base_url, max_tokens: 20, parameters: {} };
  return { answers: { file: ours }, against: null, judge, per_category: 0, ...changes };
}

const rated = { "w1": 8, "w2": 6, "w3": 2, "w4": 4 };

/** A server that rates by what is in the prompt; a judgement about the second turn of mathematics has no rating. */
function withRatings(work: (server: JudgeServer) => Promise<void>, broken = () => false): Promise<void> {
  return withJudgeServer(({ text }, response) => {
    if (broken()) return fail(response, 500, { error: { message: "down" } });
    const word = Object.keys(rated).findLast((word) => text.includes(word)) as keyof typeof rated | undefined;
    reply(response, word ? `Rating: [[${rated[word]}]]` : text.includes("{0}") ? "Rating: ten" : "[[1]]");
  }, work);
}

const run = (spec: JudgeSpec, out: string, options: Partial<RunJudgementOptions> = {}) =>
  runJudgement(spec, { data, out, attempts: 1, firstPause: 1, concurrency: 1, ...options });

Deno.test("given answers are graded, kept by lines, scored again from the file, and not judged twice", async () => {
  await withRatings(async ({ baseUrl, asked }) => {
    const out = join(temporaryFolder(), "graded");
    const estimates: number[] = [];
    const prices = { input: 10, output: 100 };
    const options = {
      prices,
      onEstimate: ({ requests }: { requests: number }) => void estimates.push(requests),
    };
    const record = await run(spec(baseUrl), out, options);
    assert.deepEqual([record.run.status, record.run.error, record.train], ["done", null, null]);
    const { eval_s, ...scores } = record.eval!;
    assert.ok(eval_s > 0);
    assert.deepEqual(scores, {
      ...{ metric: "rating", value: 21 / 5, n: 5, missing: 1 },
      turns: { first: 11 / 3, second: 5 },
      categories: { writing: 5, math: 1 },
      usage: { input: 600, output: 60 },
      cost: (600 * 10 + 60 * 100) / 1e6,
      ...{ examples_file: "judgements.jsonl", answers_file: null },
    });
    assert.deepEqual([record.meta.backend, record.meta.model_digest], [null, null]);
    assert.deepEqual(JSON.parse(await readFile(join(out, "record.json"), "utf8")), record);
    assert.deepEqual(readRecords(out), []); // which are of trained adapters
    const { value, missing, examples, problems } = await scoreJudgements(join(out, "judgements.jsonl"));
    assert.deepEqual([value, missing, examples.length, problems], [21 / 5, 1, 6, []]);

    await assert.rejects(
      run(spec(baseUrl), out),
      /judgements\.jsonl is there already; go on with it by --resume/,
    );
    await writeFile(ours, answerLines("x"));
    await assert.rejects(run(spec(baseUrl), out, { resume: true }), /of other work: requests_digest is/);
    await writeFile(ours, answerLines("a"));
    const path = join(out, "judgements.jsonl");
    const text = await readFile(path, "utf8");
    await truncate(path, text.length - 5);
    const before = asked.length;
    const again = await run(spec(baseUrl), out, { resume: true, ...options });
    assert.deepEqual([again.eval!.value, asked.length - before, estimates], [21 / 5, 1, [6, 1]]);
    assert.equal(await readFile(path, "utf8"), text);
  });
});

Deno.test("answers are compared with others in both orders", async () => {
  await withJudgeServer(
    ({ text }, response) =>
      reply(response, text.includes("A b") ? "[[B]]" : text.includes("A a") ? "[[A]]" : "?"),
    async ({ baseUrl, asked }) => {
      const record = await run(spec(baseUrl, { against: theirs }), join(temporaryFolder(), "pairs"));
      assert.equal(asked.length, 12);
      const { metric, value, n, games } = record.eval!;
      assert.deepEqual([metric, value, n], ["win rate", 1, 6]);
      assert.deepEqual(games, { wins: 6, losses: 0, ties: 0, inconsistent: 0 });
    },
  );
});

Deno.test("a server that goes down leaves a record that says so, and what was judged; it is gone on with", async () => {
  let [down, answered] = [false, 0];
  await withRatings(async ({ baseUrl }) => {
    const out = join(temporaryFolder(), "down");
    const onProgress = () => down = ++answered === 2;
    const record = await run(spec(baseUrl), out, { onProgress });
    assert.deepEqual([record.run.status, record.eval!.n], ["failed", 2]);
    assert.match(
      record.run.error!,
      /^4 of 6 got no judgement, the first of them 82\/1: .*500: down \(asked 1 time\)$/,
    );
    assert.deepEqual(JSON.parse(await readFile(join(out, "record.json"), "utf8")), record);
    down = false;
    const again = await run(spec(baseUrl), out, { resume: true });
    assert.deepEqual([again.run.status, again.eval!.n], ["done", 5]);
  }, () => down);
});

Deno.test("a key that is refused is an error; what was judged before is recorded", async () => {
  let allowed = 0;
  await withJudgeServer(
    (_, response) => allowed-- > 0 ? reply(response, "[[4]]") : fail(response, 401, {}),
    async ({ baseUrl }) => {
      const out = join(temporaryFolder(), "refused");
      const refused = () =>
        assert.rejects(
          run(spec(baseUrl), out),
          (error) => error instanceof UsageError && /no key is set/.test(error.message),
        );
      await refused();
      assert.ok(!existsSync(out));
      allowed = 2;
      await refused();
      const { run: { status, error }, eval: scores } = JSON.parse(
        await readFile(join(out, "record.json"), "utf8"),
      );
      assert.deepEqual([status, scores.n], ["failed", 2]);
      assert.match(error, /answers 401/);
    },
  );
});

Deno.test("a model answers both turns, by category's temperature; an interrupt keeps what it has", async () => {
  await withRatings(async ({ baseUrl, asked }) => {
    await assertNoLeak(async () => {
      const [whole, broken] = ["whole", "broken"].map((name) => join(temporaryFolder(), name)) as [
        string,
        string,
      ];
      const asks = spec(baseUrl, { answers: answering });
      const record = await run(asks, whole);
      assert.deepEqual([record.run.status, record.eval!.answers_file], ["done", "answers.jsonl"]);
      assert.match(record.meta.model_digest!, /^[0-9a-f]{64}$/);
      const lines = (await readFile(join(whole, "answers.jsonl"), "utf8")).trim().split("\n").map((line) =>
        JSON.parse(line)
      );
      assert.deepEqual(
        lines.map(({ id, category, turn, temperature }) => [id, category, turn, temperature]).sort(),
        [["111/1", 1], ["111/2", 2], ["81/1", 1], ["81/2", 2], ["82/1", 1], ["82/2", 2]].map(([id, turn]) => [
          ...[
            id,
            String(id).startsWith("111") ? "math" : "writing",
            turn,
            String(id).startsWith("111") ? 0 : 0.7,
          ],
        ]),
      );
      const second = lines.find(({ id }) => id === "81/2");
      const first = lines.find(({ id }) => id === "81/1");
      assert.ok(first.prompt.endsWith("### Instruction:\nw1\n\n### Response:")); // a model without a chat template
      assert.equal(
        second.prompt,
        `${first.prompt} ${first.output.trim()}\n\n### Instruction:\nw2\n\n### Response:`,
      );
      const answers = await readAnswers(join(whole, "answers.jsonl"));
      assert.deepEqual(answers.get(81), [first.output.trim(), second.output.trim()]);
      assert.ok(asked.at(1)!.text.includes(answers.get(81)![1]));

      const controller = new AbortController();
      const part = await run(asks, broken, {
        signal: controller.signal,
        onProgress: (_, done) => done === 1 && controller.abort(),
      });
      assert.deepEqual([part.run.status, part.eval], ["interrupted", null]);
      const kept = await readFile(join(broken, "answers.jsonl"), "utf8");
      const told: unknown[] = [];
      const rest = await run(asks, broken, {
        resume: true,
        onProgress: (...progress) => told.push(progress),
      });
      assert.equal(rest.run.status, "done");
      const text = await readFile(join(broken, "answers.jsonl"), "utf8");
      const from = kept.trim().split("\n").length;
      assert.ok(text.startsWith(kept) && from < 6);
      assert.deepEqual(told[0], ["answer", from + 1, 6, from]);
      assert.deepEqual(await readAnswers(join(broken, "answers.jsonl")), answers); // drawn alike
      assert.equal(rest.meta.answers_digest, record.meta.answers_digest);
    });
  });
});

Deno.test("a model on this machine judges too; without a rating there is no score", async () => {
  await assertNoLeak(async () => {
    const out = join(temporaryFolder(), "local");
    const record = await run(spec(null), out);
    assert.deepEqual([record.run.status, record.eval!.n + record.eval!.missing], ["done", 6]);
    assert.ok(record.meta.backend !== null);
    const [line] = (await readFile(join(out, "judgements.jsonl"), "utf8")).split("\n");
    assert.ok(JSON.parse(line!).usage.output <= 20);
    const short = await run(
      spec(null, { judge: { ...spec(null).judge, max_tokens: 1 } }),
      join(out, "short"),
    );
    assert.deepEqual([short.eval!.missing, short.eval!.n, short.eval!.value], [6, 0, NaN]);
  });
});

Deno.test("the cost is estimated before anything is made, at most where a model has yet to answer", async () => {
  const prices = { input: 1, output: 1 };
  const given = await estimateJudgement(spec("http://127.0.0.1:9/v1"), { data, prices });
  assert.deepEqual([given.requests, given.most_output_tokens], [6, 120]);
  assert.equal(given.most_cost, (given.input_tokens + 120) / 1e6);
  const answers = { ...answering, max_new_tokens: 1000 };
  const most = await estimateJudgement(spec("http://127.0.0.1:9/v1", { answers }), { data });
  assert.ok(
    most.input_tokens >= 9000 && most.input_tokens < 9000 + given.input_tokens,
    String(most.input_tokens),
  );
});

Deno.test("what cannot be used is refused before a folder is made", async () => {
  const out = join(temporaryFolder(), "no");
  const refused = (changes: Partial<JudgeSpec>, words: RegExp) =>
    assert.rejects(
      run(spec("http://127.0.0.1:9/v1", changes), out),
      (error) => error instanceof UsageError && words.test(error.message) || assert.fail(String(error)),
    );
  await refused({ answers: { file: "none.jsonl" } }, /cannot read none\.jsonl/);
  const few = join(folder, "few.jsonl");
  await writeFile(few, answerLines("a").split("\n")[0]!);
  await refused({ answers: { file: few } }, /the answers lack question 82/);
  await refused({ answers: answering, against: few }, /the answers to compare with lack question 82/);
  await refused({ judge: { ...spec("x").judge } }, /"x" is no address/);
  await refused({ judge: { ...spec(null).judge, name: "gpt-9" } }, /unknown model "gpt-9"/);
  await refused({ answers: { ...answering, adapter: folder } }, /there is no adapter in/);
  assert.ok(!existsSync(out));
});

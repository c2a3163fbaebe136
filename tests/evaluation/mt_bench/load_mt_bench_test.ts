import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { loadMtBench } from "../../../lib/evaluation/mt_bench/load_mt_bench.ts";
import { singleRequests } from "../../../lib/evaluation/mt_bench/judge_requests.ts";
import { UsageError } from "../../../lib/usage_error.ts";
import { temporaryFolder } from "../../temporary_folder.ts";
import { lines, smallMtBench } from "./small_mt_bench.ts";

const refused = (changes: Parameters<typeof smallMtBench>[0], words: RegExp) =>
  assert.rejects(
    loadMtBench({ data: smallMtBench(changes) }),
    (error) => error instanceof UsageError && words.test(error.message) || assert.fail(String(error)),
  );

Deno.test("questions in their order, with references where the judge is shown them", async () => {
  const data = smallMtBench();
  for (const folder of [data, join(data, "mtbench")]) {
    const { questions, prompts } = await loadMtBench({ data: folder });
    assert.deepEqual(questions, [
      { id: 81, category: "writing", turns: ["w1", "w2"], reference: null },
      { id: 82, category: "writing", turns: ["w3", "w4"], reference: null },
      { id: 111, category: "math", turns: ["1+{1}?", "$&?"], reference: ["2", "{0}"] },
    ]);
    assert.equal(Object.keys(prompts).length, 8);
  }
  const { questions } = await loadMtBench({ data, perCategory: 1 });
  assert.deepEqual(questions.map(({ id }) => id), [81, 111]);
});

Deno.test("a clone's folder of FastChat serves as it is", async () => {
  const small = join(smallMtBench(), "mtbench");
  const data = temporaryFolder();
  mkdirSync(join(data, "mt_bench", "reference_answer"), { recursive: true });
  const places = {
    "question.jsonl": "mt_bench/question.jsonl",
    "judge_prompts.jsonl": "judge_prompts.jsonl",
    "reference_answer_gpt-4.jsonl": "mt_bench/reference_answer/gpt-4.jsonl",
  };
  for (const [file, place] of Object.entries(places)) copyFileSync(join(small, file), join(data, place));
  assert.deepEqual(await loadMtBench({ data }), await loadMtBench({ data: small }));
});

Deno.test("what is missing or broken is named by its place", async () => {
  await refused(
    { "question.jsonl": null },
    /no MT-Bench: there is no mtbench\/question\.jsonl or .* by --data DIR/,
  );
  await refused({ "judge_prompts.jsonl": null }, /no mtbench\/judge_prompts\.jsonl/);
  await refused({ "reference_answer_gpt-4.jsonl": null }, /no mtbench\/reference_answer_gpt-4\.jsonl/);
  await refused(
    { "reference_answer_gpt-4.jsonl": "\n" },
    /gpt-4\.jsonl: no reference answer to question 111 \(math\)/,
  );
  await refused({ "question.jsonl": "\n" }, /question\.jsonl holds no question/);
  const question = { question_id: 81, category: "writing", turns: ["a", "b"] };
  const second = (changes: object) => ({
    "question.jsonl": lines([question, { ...question, question_id: 82, ...changes }]),
  });
  await refused(
    second({ question_id: 81 }),
    /question\.jsonl line 2: the question 81 came before, at .* line 1; give each once/,
  );
  await refused(second({ question_id: "x" }), /line 2: the field "question_id" is "x"; a number is expected/);
  await refused(second({ turns: ["a"] }), /line 2: the field "turns" is \["a"\]; a list of two texts/);
  await refused(second({ category: null }), /line 2: the field "category" is null/);
  await refused({ "question.jsonl": lines([question]) + "{" }, /line 2: not valid JSON/);
  const prompt = { name: "single-v1", system_prompt: "", prompt_template: "" };
  await refused(
    { "judge_prompts.jsonl": lines([prompt]) },
    /lacks the judge prompts single-v1-multi-turn, pair-v2, /,
  );
  await refused(
    { "judge_prompts.jsonl": lines([{ name: "single-v1" }]) },
    /prompts\.jsonl line 1: the field "system_prompt" is missing/,
  );
});

const here = existsSync(join(process.env.NLORA_DATA ?? "", "mtbench", "question.jsonl"));
Deno.test({
  name: `MT-Bench as published: 80 questions, ten in each category, 160 requests${
    here ? "" : " (skipped: NLORA_DATA has no mtbench)"
  }`,
  ignore: !here,
  fn: async () => {
    const bench = await loadMtBench();
    const counts = Map.groupBy(bench.questions, ({ category }) => category);
    assert.deepEqual([...counts.values()].map(({ length }) => length), Array(8).fill(10));
    assert.equal(bench.questions.filter(({ reference }) => reference).length, 30);
    const answers = new Map(
      bench.questions.map(({ id }) => [id, ["first {x}", "second {question}"]] as const),
    );
    const requests = singleRequests(bench, answers);
    assert.equal(requests.length, 160);
    for (const { messages: [system, user], turn, prompt, question } of requests) {
      assert.ok(system!.content.length > 20);
      const text = user!.content;
      const shown = (word: string) => text.includes(word);
      assert.ok(shown(question.turns[0]) && shown("first {x}"));
      assert.deepEqual([shown(question.turns[1]), shown("second {question}")], [turn === 2, turn === 2]);
      if (question.reference) assert.ok(shown(question.reference[0]) && prompt.includes("math"));
      assert.doesNotMatch(text, /\{(question|answer|ref_answer)_\w+\}/);
    }
  },
});

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { evaluate, type EvaluatedExample } from "../../lib/evaluation/evaluate.ts";
import { generate } from "../../lib/evaluation/generate.ts";
import type { Task } from "../../lib/evaluation/tasks.ts";
import { openJsonLinesLog } from "../../lib/formats/json_lines_log.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { tinyLlama } from "../models/tiny_llama.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { assertNoLeak } from "../tensor_assertions.ts";

await useBackend();

/** Asks for the very continuation that an example holds as its gold. */
const echo: Task = {
  name: "echo",
  metric: "share",
  maxNewTokens: 5,
  stop: [],
  trainingPrompt: (question) => question,
  evaluationPrompt: (question) => `${question} 7`,
  load: () => Promise.resolve([]),
  score: (output, gold) => ({ extracted: output, gold, correct: output === gold }),
};

Deno.test("evaluate: puts the task's prompts and gives each output to its scorer", async () => {
  await assertNoLeak(async () => {
    const model = tinyLlama(4);
    const questions = ["3 1 4", "2", "9 2 6"];
    const outputs = await generate(model, questions.map((q) => `${q} 7`), { maxNewTokens: 5 });
    const golds = outputs.map(({ text }, i) => i === 1 ? "another" : text);
    const examples = questions.map((question, i) => ({
      id: `echo/${i}`,
      question,
      response: "",
      gold: golds[i]!,
    }));
    const told: number[] = [];
    const result = await evaluate(model, echo, examples, { batch: 2, onExample: (n) => told.push(n) });
    assert.deepEqual(told, [1, 2, 3]);
    assert.deepEqual([result.metric, result.value, result.n], ["share", 2 / 3, 3]);
    assert.deepEqual(
      result.examples,
      examples.map(({ id, question, gold }, i) => ({
        id,
        prompt: `${question} 7`,
        output: outputs[i]!.text,
        extracted: outputs[i]!.text,
        gold,
        expected: gold,
        correct: i !== 1,
      })),
    );

    const signal = AbortSignal.abort();
    const none = await evaluate(model, echo, examples, { signal });
    assert.deepEqual([none.n, none.value, none.examples], [0, 0, []]);
    model.dispose();
  });
});

Deno.test("evaluate: what is judged is in the log whatever happens, and is not put again", async () => {
  await assertNoLeak(async () => {
    const model = tinyLlama(4);
    const path = join(temporaryFolder(), "examples.jsonl");
    const examples = [1, 2, 3, 4].map((n) => ({
      id: `e/${n}`,
      question: `${n} 2`,
      response: "",
      gold: `${n}`,
    }));
    const judge = (failing: string): Task => ({
      ...echo,
      async score(output, gold) {
        await new Promise((resolve) => setTimeout(resolve));
        if (gold === failing) throw new Error("the sandbox is gone");
        return { extracted: output, gold: `<${gold}>`, correct: gold === "2" };
      },
    });
    const first = await openJsonLinesLog<EvaluatedExample>(path, {}, false);
    await assert.rejects(
      evaluate(model, judge("3"), examples, { batch: 1, log: first }),
      /the sandbox is gone/,
    );
    await first.close(false);
    const kept = await readFile(path, "utf8");
    assert.match(
      kept,
      /^\{"id":"e\/1","prompt":"1 2 7","output":".*","extracted":".*","gold":"1","expected":"<1>","correct":false\}\n/,
    );
    const before = kept.trim().split("\n").length;
    assert.ok(before >= 2 && before < 4, kept);

    const second = await openJsonLinesLog<EvaluatedExample>(path, {}, true);
    const told: number[] = [];
    const { value, n } = await evaluate(model, judge(""), examples, {
      log: second,
      onExample: (k) => told.push(k),
    });
    await second.close(true);
    assert.deepEqual([value, n, told.length, told.at(-1)], [0.25, 4, 4 - before, 4]);
    assert.ok((await readFile(path, "utf8")).startsWith(kept));
    model.dispose();
  });
});

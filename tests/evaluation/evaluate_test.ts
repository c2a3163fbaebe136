import assert from "node:assert/strict";
import { evaluate } from "../../lib/evaluation/evaluate.ts";
import { generate } from "../../lib/evaluation/generate.ts";
import type { Task } from "../../lib/evaluation/tasks.ts";
import { useBackend } from "../../lib/tensor/use_backend.ts";
import { tinyLlama } from "../models/tiny_llama.ts";
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
        correct: i !== 1,
      })),
    );

    const signal = AbortSignal.abort();
    const none = await evaluate(model, echo, examples, { signal });
    assert.deepEqual([none.n, none.value, none.examples], [0, 0, []]);
    model.dispose();
  });
});

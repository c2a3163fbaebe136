import assert from "node:assert/strict";
import { estimateTokens } from "../../../lib/evaluation/mt_bench/estimate_tokens.ts";
import { estimateCost, tokenCost } from "../../../lib/evaluation/mt_bench/judge_cost.ts";
import { singleRequests } from "../../../lib/evaluation/mt_bench/judge_requests.ts";
import { loadMtBench } from "../../../lib/evaluation/mt_bench/load_mt_bench.ts";
import { smallMtBench } from "./small_mt_bench.ts";

Deno.test("words, digits, signs, spaces in a row and other alphabets each have their tokens", () => {
  const cases = {
    "": 0,
    "a": 1,
    "extraordinary": 2,
    "12345": 2,
    "a b": 2,
    "a\n\nb": 3,
    "()": 2,
    "x  =": 3,
    "Füße": 3,
    "日本": 3,
  };
  for (const [text, tokens] of Object.entries(cases)) assert.equal(estimateTokens(text), tokens, text);
});

Deno.test("a cost is that of the texts and of the longest replies", async () => {
  const bench = await loadMtBench({ data: smallMtBench(), perCategory: 1 });
  const requests = singleRequests(bench, new Map([[81, ["a", "b"]], [111, ["a", "b"]]]));
  const estimate = estimateCost(requests, 1000, { input: 30, output: 60 });
  const texts = requests.flatMap(({ messages }) => messages.map(({ content }) => estimateTokens(content)));
  const input = texts.reduce((a, b) => a + b, 0) + 11 * 4;
  assert.deepEqual(estimate, {
    ...{ requests: 4, input_tokens: input, most_output_tokens: 4000 },
    most_cost: (input * 30 + 4000 * 60) / 1e6,
  });
  assert.equal(estimateCost(requests, 1000, null).most_cost, null);
  assert.equal(tokenCost({ input: 1e6, output: 5e5 }, { input: 2, output: 8 }), 6);
});

import assert from "node:assert/strict";
import { pairRequests, singleRequests } from "../../../lib/evaluation/mt_bench/judge_requests.ts";
import { loadMtBench } from "../../../lib/evaluation/mt_bench/load_mt_bench.ts";
import { smallMtBench } from "./small_mt_bench.ts";

const bench = await loadMtBench({ data: smallMtBench() });
const answers = (mark: string) =>
  new Map(bench.questions.map(({ id }) => [id, [`${mark}${id}/1`, `${mark}${id}/2 {answer}`]] as const));

Deno.test("grades: a request for each turn, the second showing both, with the reference where there is one", () => {
  const requests = singleRequests(bench, answers("a"));
  assert.deepEqual(
    requests.map(({ id, prompt, messages }) => [id, prompt, messages.at(-1)!.content]),
    [
      ["81/1", "single-v1", "Q w1 A a81/1"],
      ["81/2", "single-v1-multi-turn", "Q w1 A a81/1 Q w2 A a81/2 {answer}"],
      ["82/1", "single-v1", "Q w3 A a82/1"],
      ["82/2", "single-v1-multi-turn", "Q w3 A a82/1 Q w4 A a82/2 {answer}"],
      ["111/1", "single-math-v1", "Q 1+{1}? R 2 A a111/1"],
      ["111/2", "single-math-v1-multi-turn", "Q 1+{1}? R 2 Q $&? R {0} A a111/1 A a111/2 {answer}"],
    ],
  );
  assert.deepEqual(requests[0]!.messages[0], { role: "system", content: "as single-v1" });
});

Deno.test("pairs: each turn in both orders", () => {
  const requests = pairRequests(bench, answers("a"), answers("b"));
  assert.equal(requests.length, 12);
  assert.deepEqual(
    requests.slice(-4).map((
      { id, prompt, order, messages },
    ) => [id, prompt, order, messages.at(-1)!.content]),
    [
      ["111/1/ab", "pair-math-v1", "ab", "Q 1+{1}? R 2 A a111/1 B b111/1"],
      ["111/1/ba", "pair-math-v1", "ba", "Q 1+{1}? R 2 A b111/1 B a111/1"],
      ...[["ab", "a", "b"], ["ba", "b", "a"]].map(([order, a, b]) => [
        ...[`111/2/${order}`, "pair-math-v1-multi-turn", order],
        `Q 1+{1}? $&? R 2 {0} A ${a}111/1 ${a}111/2 {answer} B ${b}111/1 ${b}111/2 {answer}`,
      ]),
    ],
  );
});

Deno.test("a question without an answer, and a prompt that asks for something else, are named", () => {
  const few = new Map([...answers("a")].slice(0, 2));
  assert.throws(
    () => singleRequests(bench, few),
    /the answers lack question 111; give both turns of every question/,
  );
  assert.throws(
    () => pairRequests(bench, answers("a"), few),
    /the answers to compare with lack question 111/,
  );
  const odd = { name: "single-v1", system: "", user: "{answers}" };
  assert.throws(
    () => singleRequests({ ...bench, prompts: { ...bench.prompts, "single-v1": odd } }, answers("a")),
    /single-v1 asks for \{answers\}; its fields are question, answer/,
  );
  const braces = { ...odd, user: "{{x}} {answer}" };
  const [first] = singleRequests(
    { ...bench, prompts: { ...bench.prompts, "single-v1": braces } },
    answers("a"),
  );
  assert.equal(first!.messages[1]!.content, "{x} a81/1");
});

import assert from "node:assert/strict";
import { answersDisplay } from "../../lib/report/answers_display.ts";
import { jupyterDisplay } from "../../lib/report/jupyter.ts";

const answer = (output: string, correct: boolean) => ({
  ...{ id: "x", prompt: "Is 1 < 2 & 2 < 3?", output, extracted: null, gold: "", expected: "", correct },
});

Deno.test("answersDisplay: a part that unfolds for each question, the prompt once, every answer with its verdict", async () => {
  const shown = answersDisplay({
    "first <q>": { before: answer("", false), LoRA: answer("\n```python\nprint(1 < 2)\n```", true) },
    "second": { before: answer("no", false) },
  });
  const { "text/html": html, "text/plain": text } = await shown[jupyterDisplay]() as Record<string, string>;
  assert.equal(html!.match(/<details>/g)!.length, 2);
  assert.equal(html!.match(/Is 1 &lt; 2 &amp; 2 &lt; 3\?/g)!.length, 2);
  assert.match(html!, /<summary>first &lt;q&gt;<\/summary>/);
  assert.match(html!, /before, wrong<\/b><\/p><pre[^>]*>\(nothing\)/);
  assert.match(html!, /LoRA, right<\/b><\/p><pre[^>]*>```python\nprint\(1 &lt; 2\)\n```/);
  assert.equal(text, "first <q>\n  before, wrong: \n  LoRA, right: ```python\nsecond\n  before, wrong: no");
});

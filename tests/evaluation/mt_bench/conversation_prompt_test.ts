import assert from "node:assert/strict";
import {
  conversationPrompt,
  findConversationForm,
  hasChatTemplate,
} from "../../../lib/evaluation/mt_bench/conversation_prompt.ts";
import { alpacaPrompt } from "../../../lib/text/prompts.ts";
import type { ModelTokenizer } from "../../../lib/text/tokenizer.ts";

const messages = [
  { role: "user", content: "one" },
  { role: "assistant", content: "first" },
  { role: "user", content: "two" },
];
const chatTemplate =
  "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}";
const tokenizer = { chatTemplate, specialTokens: {} } as unknown as ModelTokenizer;
const plain = { ...tokenizer, chatTemplate: null } as ModelTokenizer;

Deno.test("a conversation by the model's template, or as instructions one after the other", () => {
  assert.equal(
    conversationPrompt(tokenizer, "chat", messages),
    "<user>one<assistant>first<user>two<assistant>",
  );
  assert.equal(conversationPrompt(plain, "alpaca", messages.slice(0, 1)), alpacaPrompt("one"));
  assert.equal(
    conversationPrompt(tokenizer, "alpaca", messages),
    `${alpacaPrompt("one")} first\n\n### Instruction:\ntwo\n\n### Response:`,
  );
});

Deno.test("a model without a template is known, and a form that it does not have is refused", () => {
  assert.deepEqual([tokenizer, plain].map(hasChatTemplate), [true, false]);
  assert.throws(
    () => conversationPrompt(plain, "chat", messages),
    /no chat template; choose the form alpaca/,
  );
  assert.equal(findConversationForm("alpaca"), "alpaca");
  assert.throws(() => findConversationForm("vicuna"), /unknown form "vicuna"; choose one of chat, alpaca/);
});

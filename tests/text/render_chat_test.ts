import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type ChatMessage, renderChat } from "../../lib/text/render_chat.ts";
import { UsageError } from "../../lib/usage_error.ts";

interface Golden {
  readonly special_tokens: Readonly<Record<string, string>>;
  readonly conversations: readonly (readonly ChatMessage[])[];
  readonly templates: Readonly<
    Record<string, {
      readonly template: string;
      /** For each conversation: without and with the generation prompt. */
      readonly rendered: readonly (readonly [Rendered, Rendered])[];
    }>
  >;
}
type Rendered = string | { readonly error: string };

const golden: Golden = JSON.parse(
  readFileSync(new URL("../golden/chat/golden.json", import.meta.url), "utf8"),
);

for (const [name, { template, rendered }] of Object.entries(golden.templates)) {
  Deno.test(`${name}: conversations are written as transformers writes them, and refused where it refuses them`, () => {
    const tokenizer = { chatTemplate: template, specialTokens: golden.special_tokens };
    golden.conversations.forEach((messages, i) => {
      for (const generationPrompt of [false, true]) {
        const expected = rendered[i]![generationPrompt ? 1 : 0];
        const render = () => renderChat(tokenizer, messages, { generationPrompt });
        if (typeof expected === "string") assert.equal(render(), expected, JSON.stringify(messages));
        else {
          assert.throws(
            render,
            (error: Error) => error instanceof UsageError && error.message.includes(expected.error),
          );
        }
      }
    });
  });
}

Deno.test("a missing and a damaged template are refused", () => {
  const render = (chatTemplate: string | null) => () => renderChat({ chatTemplate, specialTokens: {} }, []);
  for (
    const [template, message] of [[null, /has no chat template/], ["{% for %}", /refuses/], [
      "{{ x(",
      /refuses/,
    ]] as const
  ) {
    assert.throws(
      render(template),
      (error: Error) => error instanceof UsageError && message.test(error.message),
    );
  }
});

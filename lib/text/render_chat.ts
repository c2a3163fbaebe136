import { Template } from "@huggingface/jinja";
import { shownJson } from "../formats/json.ts";
import { UsageError } from "../usage_error.ts";
import type { ModelTokenizer } from "./tokenizer.ts";

/** One turn of a conversation. */
export interface ChatMessage {
  /** Usually `system`, `user` or `assistant`; which there are, and in what order, the model's template decides. */
  readonly role: string;
  readonly content: string;
}

/**
 * A conversation as the model was trained to read it, by the chat template of its tokenizer: transformers'
 * `apply_chat_template`. The text holds the special tokens already: give it to `encode`, not to `encodeInput`.
 *
 * @param generationPrompt whether the text ends with the beginning of the assistant's next turn
 * @throws UsageError where there is no template, it is damaged, or it refuses the conversation
 *
 * @example
 * ```ts
 * import { renderChat } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const chatTemplate = "{% for m in messages %}<{{ m.role }}>{{ m.content }}{{ eos_token }}{% endfor %}" +
 *   "{% if add_generation_prompt %}<assistant>{% endif %}";
 * const tokenizer = { chatTemplate, specialTokens: { eos_token: "</s>" } };
 * assert.equal(renderChat(tokenizer, [{ role: "user", content: "Hi" }]), "<user>Hi</s><assistant>");
 * ```
 */
export function renderChat(
  { chatTemplate, specialTokens }: Pick<ModelTokenizer, "chatTemplate" | "specialTokens">,
  messages: readonly ChatMessage[],
  { generationPrompt = true } = {},
): string {
  if (chatTemplate === null) {
    throw new UsageError("this model's tokenizer has no chat template; give its prompt as plain text");
  }
  try {
    return new Template(chatTemplate).render({
      ...specialTokens,
      messages,
      add_generation_prompt: generationPrompt,
    });
  } catch (error) {
    const roles = shownJson(messages.map(({ role }) => role));
    throw new UsageError(
      `the model's chat template refuses a conversation of ${roles}: ${(error as Error).message}; ` +
        "change the turns, or give the prompt as plain text",
      { cause: error },
    );
  }
}

import { alpacaPrompt } from "../../text/prompts.ts";
import { type ChatMessage, renderChat } from "../../text/render_chat.ts";
import type { ModelTokenizer, Tokenizer } from "../../text/tokenizer.ts";
import { UsageError } from "../../usage_error.ts";

/** How a conversation is written for a model: by its own chat template, or as the instructions that adapters are trained on. */
export type ConversationForm = "chat" | "alpaca";

/** The forms, by name. */
export const conversationForms: readonly ConversationForm[] = ["chat", "alpaca"];

/**
 * A form by its name.
 *
 * @throws UsageError listing the known names
 */
export function findConversationForm(name: string): ConversationForm {
  const form = conversationForms.find((form) => form === name);
  if (form) return form;
  throw new UsageError(`unknown form ${JSON.stringify(name)}; choose one of ${conversationForms.join(", ")}`);
}

/** Whether a model's tokenizer comes with a chat template. */
export function hasChatTemplate(tokenizer: Tokenizer | ModelTokenizer): tokenizer is ModelTokenizer {
  return "chatTemplate" in tokenizer && tokenizer.chatTemplate !== null;
}

/**
 * A conversation of user and assistant, up to where the assistant goes on. In the Alpaca form each further turn is another
 * instruction under the first one's words.
 *
 * @throws UsageError where the model has no chat template, or it refuses the conversation
 */
export function conversationPrompt(
  tokenizer: Tokenizer | ModelTokenizer,
  form: ConversationForm,
  messages: readonly ChatMessage[],
): string {
  if (form === "chat") {
    if (hasChatTemplate(tokenizer)) return renderChat(tokenizer, messages);
    throw new UsageError("this model's tokenizer has no chat template; choose the form alpaca");
  }
  const [first, ...rest] = messages;
  return alpacaPrompt(first!.content) +
    rest.map(({ role, content }) =>
      role === "user" ? `\n\n### Instruction:\n${content}\n\n### Response:` : ` ${content}`
    ).join("");
}

/** Texts that begin another turn, at which an answer ends. */
export function conversationStops(form: ConversationForm): readonly string[] {
  return form === "chat" ? [] : ["### Instruction", "### Response"];
}

import type { ModelTokenizer, Tokenizer } from "./tokenizer.ts";

/**
 * The ids of a text that a decoder is to continue: with the token that the model was trained to see before every text (LLaMA's
 * `<s>`, Gemma's `<bos>`) where it has one and the text does not begin with it.
 */
export function encodePrompt(tokenizer: Tokenizer | ModelTokenizer, text: string): number[] {
  const ids = tokenizer.encode(text);
  const begin = "encodeInput" in tokenizer ? tokenizer.encodeInput("").ids : [];
  return begin.every((id, i) => ids[i] === id) ? ids : [...begin, ...ids];
}

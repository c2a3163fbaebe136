/** What a tokenizer's clean-up of spaces may still take out of the end of a text: the beginnings of " .", " n't", " 've". */
const mayBeCleaned = / (?:n'?|'[vr]?)?$/;

/**
 * How much of a growing text stays as it is whatever comes: all but a last character whose bytes are not all there (U+FFFD so far),
 * the beginning of a stop text, and a space that the tokenizer may still take out.
 *
 * @param text so far
 * @param stop texts at which it would end
 */
export function settledLength(text: string, stop: readonly string[]): number {
  let end = text.length;
  while (text[end - 1] === "\uFFFD") end--;
  end = mayBeCleaned.exec(text.slice(0, end))?.index ?? end;
  for (const words of stop) end = Math.min(end, beginningAtEnd(text, words));
  return end;
}

/** Where the longest end of a text begins that is the beginning of some words; the text's length where none is. */
function beginningAtEnd(text: string, words: string): number {
  for (let at = Math.max(0, text.length - words.length + 1); at < text.length; at++) {
    if (words.startsWith(text.slice(at))) return at;
  }
  return text.length;
}

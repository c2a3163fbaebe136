import assert from "node:assert/strict";
import { settledLength } from "../../../lib/evaluation/streaming/settled_length.ts";

const settled = (text: string, ...stop: string[]) => text.slice(0, settledLength(text, stop));

Deno.test("a character whose bytes are not all there is kept back; one in the middle of the text is not", () => {
  assert.equal(settled("ab\uFFFD"), "ab");
  assert.equal(settled("ab\uFFFD\uFFFD"), "ab");
  assert.equal(settled("a\uFFFDb"), "a\uFFFDb");
  assert.equal(settled("\uFFFD"), "");
  assert.equal(settled(""), "");
});

Deno.test("the beginning of a stop text is kept back, the longest there is", () => {
  assert.equal(settled("a\n##", "\n### In"), "a");
  assert.equal(settled("a#", "##", "#a"), "a");
  assert.equal(settled("aXabXab", "abXabc"), "aX");
  assert.equal(settled("abc", "bd", "xyz"), "abc");
  assert.equal(settled("ab", "abc"), "");
  assert.equal(settled("aX\uFFFD", "X\uFFFDz"), "a");
});

Deno.test("a space that a tokenizer may still take out is kept back", () => {
  for (const end of [" ", " n", " n'", " '", " 'v", " 'r"]) assert.equal(settled("do" + end), "do");
  assert.equal(settled("do not"), "do not");
  assert.equal(settled("do 'x"), "do 'x");
});

import assert from "node:assert/strict";
import { factsHtml, factsText } from "../../lib/report/facts.ts";

Deno.test("facts are a table with what they say escaped, and lines below each other", () => {
  const facts = [["rank", "8"], ["a<b", "<i>"]] as const;
  assert.match(factsHtml(facts), /<th scope="row">a&lt;b<\/th><td>&lt;i&gt;<\/td>/);
  assert.equal(factsText(facts), "rank  8\na<b   <i>");
});

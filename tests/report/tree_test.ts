import assert from "node:assert/strict";
import { groupAlike, type Tree, treeHtml, treeText } from "../../lib/report/tree.ts";

const leaf = (name: string, words = "") => ({ name, words, parts: [] });

Deno.test("parts that are alike and numbered one after the other are one; others stay apart", () => {
  const inner = (name: string, words: string): Tree => ({ name, words: "", parts: [leaf("a", words)] });
  const tree = {
    name: "model",
    words: "",
    parts: [
      inner("0", "x"),
      inner("1", "x"),
      inner("2", "y"),
      inner("3", "x"),
      inner("5", "x"),
      inner("q", "x"),
    ],
  };
  assert.deepEqual(groupAlike(tree).parts.map(({ name }) => name), ["0–1 (2 alike)", "2", "3", "5", "q"]);
});

Deno.test("a tree unfolds as HTML, with its words escaped, and is indented as text", () => {
  const tree = { name: "a<b", words: "<i>", parts: [leaf("c", "d"), leaf("e")] };
  assert.equal(treeText(tree), "a<b <i>\n  c d\n  e");
  const html = treeHtml(tree);
  assert.match(html, /^<details[^>]* open><summary><b>a&lt;b<\/b> &lt;i&gt;<\/summary>/);
  assert.match(html, /<b>c<\/b> d/);
});

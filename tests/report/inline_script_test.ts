import assert from "node:assert/strict";
import vm from "node:vm";
import { inlineScript } from "../../lib/report/inline_script.ts";

Deno.test("a function runs in the page with its element and arguments, which cannot end the script", () => {
  const nasty = "</script><script>";
  const html = inlineScript((root, text: string) => root.textContent = text, "place", nasty);
  assert.equal(html.match(/<\/script>/g)!.length, 1);
  const place = { textContent: "" };
  const document = { getElementById: (id: string) => id === "place" ? place : null };
  vm.runInNewContext(/^<script>(.*)<\/script>$/s.exec(html)![1]!, { document });
  assert.equal(place.textContent, nasty);
});

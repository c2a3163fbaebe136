import assert from "node:assert/strict";
import { escapeHtml } from "../../lib/report/escape_html.ts";

Deno.test("markup becomes text", () => {
  assert.equal(escapeHtml(`<a b="c" d='e'>&amp;`), "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp;");
});

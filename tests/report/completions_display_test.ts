import assert from "node:assert/strict";
import { completionsDisplay } from "../../lib/report/completions_display.ts";
import { inNotebook } from "../kernels/in_notebook.ts";

Deno.test("texts grow in one place of the notebook, prompts before them, and are all there in the end", async () => {
  await inNotebook(async (sent) => {
    const shown = completionsDisplay(["Two & two", "<b>"]);
    shown.onText(" is", 0);
    shown.onText("</b>\n", 1);
    shown.onText(" four", 0);
    await shown.end();
    assert.deepEqual(sent.map(({ type }) => type), ["display_data", "update_display_data"]);
    const [first, last] = sent.map(({ content }) => content);
    assert.equal(first.transient.display_id, last.transient.display_id);
    assert.equal(first.data["text/plain"], "Two & two is\n\n<b>");
    assert.equal(last.data["text/plain"], "Two & two is four\n\n<b></b>\n");
    assert.match(
      last.data["text/html"],
      /Two &amp; two<\/span> is four<\/pre>[^]*&lt;b&gt;<\/span>&lt;\/b&gt;\n/,
    );
  });
});

Deno.test("outside of a notebook nothing is shown", async () => {
  const shown = completionsDisplay(["Two"]);
  shown.onText(" is", 0);
  await shown.end();
});

import assert from "node:assert/strict";
import { broadcasterSymbol } from "../../lib/report/broadcaster.ts";
import { embedPlotly } from "../../lib/report/embed_plotly.ts";
import { PLOTLY_VERSION } from "../../lib/report/plotly.ts";

Deno.test("the pinned plotly.js goes into the notebook as one script", async () => {
  const host = globalThis as { [broadcasterSymbol]?: unknown };
  let html = "";
  host[broadcasterSymbol] = {
    broadcast: (_type: string, { data }: { data: Record<string, string> }) =>
      void (html = data["text/html"]!),
  };
  try {
    await embedPlotly();
  } finally {
    delete host[broadcasterSymbol];
  }
  assert.ok(html.slice(0, 300).includes(`plotly.js v${PLOTLY_VERSION}`));
  assert.equal(html.match(/<\/script/g)!.length, 1);
});

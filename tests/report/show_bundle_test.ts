import assert from "node:assert/strict";
import { figure } from "../../lib/report/plotly.ts";
import { jupyterDisplay, type MediaBundle } from "../../lib/report/jupyter.ts";
import { type Placing, showBundle } from "../../lib/report/show_bundle.ts";

interface Content {
  readonly data: MediaBundle;
  readonly transient: object;
}

async function sentFor(data: MediaBundle, placing?: Placing) {
  const sent: [string, Content][] = [];
  await showBundle(
    {
      broadcast: (type, content) => Promise.resolve(void sent.push([type, content as Content])),
    },
    data,
    placing,
  );
  return sent;
}

Deno.test("a thing is a new output, or an update of the one of its id", async () => {
  const data = { "text/plain": "a" };
  assert.deepEqual(await sentFor(data), [["display_data", { data, metadata: {}, transient: {} }]]);
  assert.deepEqual(await sentFor(data, { id: "x", update: true }), [
    ["update_display_data", { data, metadata: {}, transient: { display_id: "x" } }],
  ]);
});

Deno.test("before a figure is updated, an output of another type of the same height makes room for it", async () => {
  const bundle = figure([], { height: 321 }, "words")[jupyterDisplay]();
  assert.equal((await sentFor(bundle, { id: "x" })).length, 1);
  const [[, first], [, second]] = await sentFor(bundle, { id: "x", update: true }) as [
    [string, Content],
    [string, Content],
  ];
  assert.deepEqual(Object.keys(first.data), ["text/html", "text/plain"]);
  assert.match(first.data["text/html"] as string, /height:321px/);
  assert.equal(second.data, bundle);
});

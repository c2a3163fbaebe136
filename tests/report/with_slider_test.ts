import assert from "node:assert/strict";
import { figure } from "../../lib/report/plotly.ts";
import { withMenu } from "../../lib/report/with_menu.ts";
import { withSlider } from "../../lib/report/with_slider.ts";
import { UsageError } from "../../lib/usage_error.ts";

const one = figure([{ type: "bar", y: [1] }], { title: { text: "One" } }, "One bar.");
const two = figure(
  [{ type: "scatter", y: [1, 2] }, { type: "scatter", y: [3, 4], visible: "legendonly" }],
  { title: { text: "Two" }, height: 300, xaxis: { type: "log" } },
  "Two lines.",
);

for (
  const { name, choose, steps } of [
    { name: "a slider", choose: withSlider, steps: "sliders" },
    { name: "a menu", choose: withMenu, steps: "updatemenus" },
  ] as const
) {
  Deno.test(`${name} shows the traces of one figure at a time, with its title, axes and height`, () => {
    const both = choose({ 8: one, 16: two }, { label: "rank" });
    assert.deepEqual(both.data.map(({ visible }) => visible), [true, false, false]);
    const [control] = both.layout[steps] as unknown as Record<string, { label: string; args: unknown[] }[]>[];
    const states = (control!.steps ?? control!.buttons)!;
    assert.deepEqual(states.map(({ label }) => label), ["8", "16"]);
    assert.deepEqual(states.map(({ args }) => args[0]), [
      { visible: [true, false, false] },
      { visible: [false, true, "legendonly"] },
    ]);
    const [first, second] = states.map(({ args }) => args[1] as typeof one.layout);
    assert.equal((first!.title as { text: string }).text, "One");
    assert.equal((second!.title as { text: string }).text, "Two");
    assert.deepEqual([first!.xaxis, second!.xaxis], [null, { type: "log" }]);
    assert.equal(first!.height! - second!.height!, one.layout.height! - 300);
    assert.ok(!Object.hasOwn(first!, "font"), "what is the same in all is not sent");
    assert.equal(both.alternative, "A choice of rank. 8: One bar. 16: Two lines.");
  });
}

Deno.test("no figures are no choice", () => {
  assert.throws(() => withSlider({}, { label: "rank" }), UsageError);
});

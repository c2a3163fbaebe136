import assert from "node:assert/strict";
import { comms } from "../../kernels/comms.ts";
import { checkbox, type Control, menu, slider } from "../../kernels/controls.ts";
import { jupyterDisplay } from "../../lib/report/jupyter.ts";
import { UsageError } from "../../lib/usage_error.ts";
import { inNotebook, type SentMessage } from "./in_notebook.ts";

/** The last model that was opened: the control itself, after its layout and style. */
function opened(sent: SentMessage[]) {
  const { content } = sent.findLast(({ type }) => type === "comm_open")!;
  return { id: content.comm_id as string, state: content.data.state as Record<string, unknown> };
}

/** What the page sends when the reader changes a widget. */
function change(id: string, state: object): Promise<void> {
  return comms.receive("comm_msg", { comm_id: id, data: { method: "update", state, buffer_paths: [] } });
}

Deno.test("a slider is a widget with its ends; it follows the reader and the code", () =>
  inNotebook(async (sent) => {
    const rank = slider("rank", { min: 1, max: 128, value: 8 });
    const bundle = await rank[jupyterDisplay]();
    const { id, state } = opened(sent);
    assert.deepEqual(bundle["application/vnd.jupyter.widget-view+json"], {
      model_id: id,
      version_major: 2,
      version_minor: 0,
    });
    assert.equal(bundle["text/plain"], "rank: 8");
    assert.equal(state._model_name, "IntSliderModel");
    assert.deepEqual([state.min, state.max, state.value, state.description], [1, 128, 8, "rank"]);
    const models = sent.filter(({ type }) => type === "comm_open").map(({ content }) =>
      `IPY_MODEL_${content.comm_id}`
    );
    assert.deepEqual([state.layout, state.style], models.slice(0, 2));
    const heard: number[] = [];
    const end = rank.onChange((value) => void heard.push(value));
    await change(id, { value: 16 });
    rank.value = 32;
    await rank.widget();
    end();
    await change(id, { value: 64 });
    assert.deepEqual([heard, rank.value], [[16, 32], 64]);
    assert.deepEqual(sent.at(-1)!.content.data, { method: "update", state: { value: 32 }, buffer_paths: [] });
    await rank[jupyterDisplay]();
    assert.equal(opened(sent).id, id, "shown again, it is the same widget");
  }));

Deno.test("a slider of fractions, a menu and a box have their own widgets and values", () =>
  inNotebook(async (sent) => {
    const cases: [Pick<Control<unknown>, "value" | "widget">, string, object, object, unknown][] = [
      [slider("p", { max: 1, step: 0.1 }), "FloatSliderModel", { value: 0 }, { value: 0.5 }, 0.5],
      [menu("core", ["copy", "pinv"]), "DropdownModel", { index: 0 }, { index: 1 }, "pinv"],
      [checkbox("exact"), "CheckboxModel", { value: false }, { value: true }, true],
    ];
    for (const [control, model, begins, changed, value] of cases) {
      await control.widget();
      const { id, state } = opened(sent);
      assert.equal(state._model_name, model);
      for (const [name, begin] of Object.entries(begins)) assert.equal(state[name], begin);
      await change(id, changed);
      assert.equal(control.value, value);
      await change(id, { other: 1 });
      assert.equal(control.value, value);
    }
  }));

Deno.test("a page that is loaded anew gets the state of all widgets, or of one", () =>
  inNotebook(async (sent) => {
    const rank = slider("rank", { value: 3 });
    await rank.widget();
    const { id } = opened(sent);
    await change(id, { value: 7 });
    await comms.receive("comm_open", { comm_id: "page", target_name: "jupyter.widget.control", data: {} });
    await comms.receive("comm_msg", { comm_id: "page", data: { method: "request_states" } });
    const { data } = sent.at(-1)!.content;
    assert.equal(data.method, "update_states");
    assert.deepEqual([data.states[id].model_name, data.states[id].state.value], ["IntSliderModel", 7]);
    await comms.receive("comm_msg", { comm_id: id, data: { method: "request_state" } });
    assert.equal(sent.at(-1)!.content.data.state.value, 7);
  }));

Deno.test("values that a control cannot have are refused", () => {
  assert.throws(() => slider("rank", { min: 1, max: 8, value: 9 }), UsageError);
  assert.throws(() => menu("core", []), UsageError);
  assert.throws(() => menu<string>("core", ["copy"], { value: "other" }), UsageError);
});

Deno.test("outside of a notebook a control is a value that can be heard", async () => {
  const rank = slider("rank", { value: 8 });
  let heard = 0;
  rank.onChange((value) => void (heard = value));
  rank.value = 9;
  assert.equal(heard, 9);
  assert.equal((await rank[jupyterDisplay]())["text/plain"], "rank: 9");
});

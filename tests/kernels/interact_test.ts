import assert from "node:assert/strict";
import { comms } from "../../kernels/comms.ts";
import { menu, slider } from "../../kernels/controls.ts";
import { interact } from "../../kernels/interact.ts";
import { inNotebook } from "./in_notebook.ts";

Deno.test("the controls come in one box; the result below is updated in its place when one changes, an error too", () =>
  inNotebook(async (sent) => {
    const controls = { rank: slider("rank", { value: 2 }), core: menu("core", ["copy", "pinv"]) };
    await interact(controls, ({ rank, core }) => {
      if (rank > 4) throw new RangeError("too large");
      return `${core} ${rank ** 2}`;
    });
    const box = sent.findLast(({ type }) => type === "comm_open")!.content.data.state;
    const references = await Promise.all(
      Object.values(controls).map(async (control) =>
        (await (control as typeof controls.rank).widget()).reference
      ),
    );
    assert.deepEqual([box._model_name, box.children], ["VBoxModel", references]);
    await comms.receive("comm_msg", {
      comm_id: references[0]!.replace("IPY_MODEL_", ""),
      data: { method: "update", state: { value: 3 } },
    });
    controls.core.value = "pinv";
    await comms.receive("comm_msg", {
      comm_id: references[0]!.replace("IPY_MODEL_", ""),
      data: { method: "update", state: { value: 5 } },
    });
    const outputs = sent.filter(({ type }) => type.endsWith("display_data"));
    assert.deepEqual(outputs.map(({ type }) => type), [
      "display_data",
      "display_data",
      ...Array(3).fill("update_display_data"),
    ]);
    const texts = outputs.slice(1).map(({ content }) => content.data["text/plain"] as string);
    assert.deepEqual(texts.slice(0, 3), ["copy 4", "copy 9", "pinv 9"]);
    assert.match(texts[3]!, /RangeError: too large/);
    assert.equal(new Set(outputs.slice(1).map(({ content }) => content.transient.display_id)).size, 1);
  }));

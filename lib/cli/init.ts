import { findMethod } from "../adapters/methods.ts";
import { type LayerStart, measureStart } from "../experiments/measure_start.ts";
import { loadModel } from "../models/load_model.ts";
import { progressLine } from "../report/progress.ts";
import { useBackend } from "../tensor/use_backend.ts";
import { adapterFlags, adapterFrom, adapterUsage } from "./adapter_flags.ts";
import { type Command, requiredText } from "./command.ts";
import { weightsFlag, weightsFrom, weightsUsage } from "./weights_flag.ts";

/** `nlora init`: times and measures the start of a method, layer by layer. */
export const init: Command = {
  name: "init",
  summary: "times and measures a method's start, layer by layer",
  usage: `--model M ${weightsUsage} ${adapterUsage}`,
  options: { model: { type: "string" }, ...weightsFlag, ...adapterFlags },
  async run(given) {
    const options = adapterFrom(given);
    const modelName = requiredText(given, "model");
    const weights = weightsFrom(given);
    await useBackend();
    const model = await loadModel(modelName, weights);
    const { title } = findMethod(options.method);
    const line = progressLine({ total: model.linears.size, unit: "layers", label: title });
    try {
      const report = await measureStart(model, options, (done) => line.update({ done }));
      const { layers, total_ms, step0_max_abs_diff } = report;
      const last = `${title}: ${layers.length} layers in ${total_ms.toFixed(0)} ms; ` +
        `largest difference of step-0 logits ${step0_max_abs_diff.toExponential(1)}`;
      return { json: report, text: [...layers.map(layerLine), last].join("\n"), done: true };
    } finally {
      await line.end();
    }
  },
};

function layerLine({ name, shape, ms, relative_error, cond }: LayerStart): string {
  return [
    name.padEnd(44),
    shape.join("×").padStart(10),
    `${ms.toFixed(1)} ms`.padStart(10),
    `error ${relative_error.toFixed(3)}`.padStart(14),
    cond === null ? "" : `cond ${cond.toFixed(0)}`.padStart(12),
  ].join("");
}

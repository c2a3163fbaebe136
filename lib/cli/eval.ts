import { checkAdapter, loadAdapter } from "../adapters/adapter_files.ts";
import { evaluate } from "../evaluation/evaluate.ts";
import { findTask } from "../evaluation/tasks.ts";
import { loadModel } from "../models/load_model.ts";
import { progressLine } from "../report/progress.ts";
import { useBackend } from "../tensor/use_backend.ts";
import { type Command, optionalInteger, optionalText, present, requiredText } from "./command.ts";

/** `nlora eval`: puts a task's test questions to a model and scores the answers. */
export const evalCommand: Command = {
  name: "eval",
  summary: "generates answers to a task's test questions and scores them",
  usage: "--model M --task T [--adapter DIR] [--limit 100] [--batch 16] [--seed 0] [--data DIR]",
  options: {
    model: { type: "string" },
    task: { type: "string" },
    adapter: { type: "string" },
    limit: { type: "string" },
    batch: { type: "string" },
    seed: { type: "string" },
    data: { type: "string" },
  },
  async run(given) {
    const task = findTask(requiredText(given, "task"));
    const model = requiredText(given, "model");
    const folder = optionalText(given, "adapter");
    if (folder) checkAdapter(folder);
    const examples = await task.load({
      split: "test",
      limit: optionalInteger(given, "limit", 1) ?? 100,
      ...present({ data: optionalText(given, "data"), seed: optionalInteger(given, "seed", 0) }),
    });
    await useBackend();
    const loaded = await loadModel(model);
    if (folder) await loadAdapter(loaded, folder);
    const line = progressLine({ total: examples.length, unit: "examples", label: task.name });
    try {
      const { metric, value, n, examples: judged } = await evaluate(loaded, task, examples, {
        batch: optionalInteger(given, "batch", 1) ?? 16,
        onExample: (done) => line.update({ done }),
        signal: given.signal,
      });
      return {
        json: { metric, value, n, examples: judged },
        text: `${task.name} ${metric}: ${(100 * value).toFixed(1)} % of ${n}`,
        done: n === examples.length,
      };
    } finally {
      line.end();
    }
  },
};

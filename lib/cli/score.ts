import { scorePredictions } from "../evaluation/score_predictions.ts";
import { findTask } from "../evaluation/tasks.ts";
import { type Command, requiredText } from "./command.ts";

/** `nlora score`: scores given outputs, without a model. */
export const score: Command = {
  name: "score",
  summary: 'scores outputs from a file of lines {"id", "output", "gold"}',
  usage: "--task T --predictions FILE.jsonl",
  options: { task: { type: "string" }, predictions: { type: "string" } },
  async run(given) {
    const task = findTask(requiredText(given, "task"));
    const scored = await scorePredictions(task, requiredText(given, "predictions"));
    return {
      json: scored,
      text: `${task.name} ${scored.metric}: ${(100 * scored.value).toFixed(1)} % of ${scored.n}`,
      done: true,
    };
  },
};

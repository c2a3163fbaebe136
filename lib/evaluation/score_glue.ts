import { UsageError } from "../usage_error.ts";
import { type GluePrediction, type GlueScores, scoreGlue } from "./evaluate_glue.ts";
import type { GlueTask } from "./glue.ts";
import type { ScoredExample, Scorer } from "./score_predictions.ts";

/**
 * How outputs for a task of GLUE are scored: each is a class, by its number or its name, or for a regression a number. A class that
 * cannot be read is wrong; a number that cannot be read is refused, since no correlation is defined then.
 *
 * @example
 * ```ts
 * import { findGlueTask, glueScorer } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const { score } = glueScorer(findGlueTask("glue/rte")!);
 * assert.deepEqual(await score("entailment", "0"), { extracted: "0", gold: "0", correct: true });
 * assert.equal((await score("1", "entailment")).correct, false);
 * ```
 */
export function glueScorer(task: GlueTask): Scorer {
  const { classes, metrics: [metric] } = task;
  const read = classes ? (text: string) => classOf(text, classes) : numberOf;
  return {
    name: task.name,
    metric,
    score(output, gold) {
      const [extracted, expected] = [read(output), read(gold)];
      if (expected === null) {
        throw new UsageError(`the gold ${JSON.stringify(gold)} is not ${wanted(task)}`);
      }
      if (extracted === null && !classes) {
        throw new UsageError(
          `the output ${
            JSON.stringify(output.slice(0, 60))
          } is not a number; a correlation needs one for each`,
        );
      }
      const correct = extracted !== null &&
        (classes ? extracted === expected : Math.abs(extracted - expected) <= 0.5);
      return { extracted: extracted === null ? null : String(extracted), gold: String(expected), correct };
    },
    total(examples) {
      const { value, metrics, splits } = totalOf(task, examples);
      return { value, metrics, ...splits && { splits } };
    },
  };
}

function totalOf(task: GlueTask, examples: readonly ScoredExample[]): GlueScores {
  return scoreGlue(
    task,
    examples.map(({ id, extracted, gold }): GluePrediction => ({
      split: splitOf(task, String(id)),
      prediction: extracted === null ? -1 : Number(extracted),
      target: Number(gold),
    })),
  );
}

/** The split in an id as an evaluation writes it, such as `glue/mnli/validation_matched/17`; none in another. */
function splitOf({ name }: GlueTask, id: string): string {
  return id.startsWith(`${name}/`) ? id.slice(name.length + 1).split("/")[0]! : "";
}

function classOf(text: string, classes: readonly string[]): number | null {
  const word = text.trim();
  const named = classes.indexOf(word);
  if (named >= 0) return named;
  return /^\d+$/.test(word) && Number(word) < classes.length ? Number(word) : null;
}

function numberOf(text: string): number | null {
  return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : null;
}

function wanted({ classes }: GlueTask): string {
  return classes ? `a class: a number from 0 to ${classes.length - 1}, or ${classes.join(", ")}` : "a number";
}

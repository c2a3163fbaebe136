import { findPictureTask } from "../evaluation/drawn_pictures.ts";
import { findGlueTask } from "../evaluation/glue.ts";

/**
 * In what the losses of some tasks are measured: generation is scored by the token, classification by the example, a
 * regression by its squared error. Of tasks that differ in this, no unit.
 */
export function lossUnit(tasks: Iterable<string>): string | null {
  const units = new Set([...tasks].map(unitOf));
  return units.size === 1 ? [...units][0]! : null;
}

function unitOf(task: string): string {
  if (findGlueTask(task)?.classes === null) return "squared error per example";
  return findGlueTask(task) || findPictureTask(task) ? "nats per example" : "nats per response token";
}

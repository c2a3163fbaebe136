import { methods } from "../adapters/methods.ts";
import type { TrainPoint } from "../training/train_progress.ts";
import { type Curve, curves } from "./curves.ts";
import { type Jupyter, jupyter } from "./jupyter.ts";
import { redraw } from "./redraw.ts";

/** The shortest time between two pictures. */
const intervalMs = 1000;
/** More steps than these are drawn as means. */
const mostPoints = 500;

/** A picture of losses that grows while the steps are taken. */
export interface LossCurveDisplay {
  /**
   * @param points all steps of the run so far
   * @param name of the run; each has its line
   */
  update(points: readonly Pick<TrainPoint, "step" | "loss">[], name?: string): void;
  /** Draws what has not been drawn yet; resolves when it is shown. */
  end(): Promise<void>;
}

/**
 * Shows the losses of one or more runs as one figure in a notebook, drawn anew at most once a second in the same place; the
 * last picture stays in the notebook. More than 500 steps are drawn as the means of as many equal groups at most. Outside of a
 * notebook nothing is shown.
 *
 * @example
 * ```ts
 * import { lossCurveDisplay } from "nlora";
 *
 * const picture = lossCurveDisplay();
 * for (const step of [1, 2, 3]) picture.update([{ step, loss: 1 / step }], "LoRA"); // as train's onStep gives them
 * await picture.end();
 * ```
 */
export function lossCurveDisplay(kernel: Jupyter | null = jupyter()): LossCurveDisplay {
  const runs = new Map<string, readonly Pick<TrainPoint, "step" | "loss">[]>();
  const picture = () =>
    curves(Object.fromEntries([...runs].map(([name, points]) => [name, curveOf(name, points)])), {
      title: "Training loss",
      x: "optimizer step",
      y: "loss",
    });
  const drawing = kernel && redraw(kernel, picture, intervalMs);
  return {
    update(points, name = "loss") {
      runs.set(name, points);
      drawing?.changed();
    },
    end: async () => await drawing?.end(),
  };
}

function curveOf(name: string, points: readonly Pick<TrainPoint, "step" | "loss">[]): Curve {
  const size = Math.ceil(points.length / mostPoints);
  const groups = Array.from(
    { length: Math.ceil(points.length / size) },
    (_, i) => points.slice(i * size, (i + 1) * size),
  );
  return {
    x: groups.map((group) => group.at(-1)!.step),
    y: groups.map((group) => group.reduce((sum, { loss }) => sum + loss, 0) / group.length),
    ...methods.some((method) => method.name === name) && { method: name },
  };
}

import type { Data } from "plotly.js";
import type { RunRecord } from "../experiments/record.ts";
import type { TrainPoint } from "../training/train_progress.ts";
import { axisScale, LOGARITHMIC } from "./axis_scale.ts";
import { finalLoss } from "./final_loss.ts";
import { labels } from "./labels.ts";
import { lossUnit } from "./loss_unit.ts";
import { methodStyle } from "./method_style.ts";
import { type Figure, figure } from "./plotly.ts";
import { shortNumber } from "./short_number.ts";

const DASHES = ["solid", "dash", "dot", "dashdot"] as const;
const GRID = { gridcolor: "#e5e5e5", linecolor: "#888888", showline: true, zeroline: false } as const;
const LEGEND = { orientation: "h", y: -0.28, yanchor: "top", x: 0, xanchor: "left" } as const;

/** The loss of every step, a line for each run; runs that share a method differ in their dashes. */
export function lossCurves(records: readonly RunRecord[]): Figure {
  const unit = lossUnit(records.map(({ run }) => run.spec.task));
  return stepCurves(trained(records), ({ loss }) => loss, {
    title: "Training loss",
    axis: unit ? `loss (${unit})` : "loss",
    words: ({ words }) => words,
  });
}

/**
 * The Euclidean norm of the whole gradient at every step, before it was clipped, a line for each run as in
 * {@linkcode lossCurves}. It is the gradient of what trains: of methods with other factors, or other parameters, the norms are
 * measured in other units.
 *
 * @example
 * ```ts
 * import { gradientCurves, keptRecords } from "nlora";
 * import assert from "node:assert/strict";
 *
 * assert.match(gradientCurves(keptRecords("quickstart")).alternative, /^Gradient norm by step. LoRA from 0\.873 /);
 * ```
 */
export function gradientCurves(records: readonly RunRecord[]): Figure {
  return stepCurves(trained(records), ({ grad_norm }) => grad_norm, {
    title: "Gradient norm",
    axis: "‖gradient‖ of all that trains",
    words: ({ label, points }) =>
      `${label} from ${shortNumber(points[0]!.grad_norm)} to ${shortNumber(points.at(-1)!.grad_norm)}`,
  });
}

type TrainedRun = ReturnType<typeof trained>[number];

function stepCurves(
  runs: readonly TrainedRun[],
  value: (point: TrainPoint) => number,
  labels: { readonly title: string; readonly axis: string; readonly words: (run: TrainedRun) => string },
): Figure {
  const values = runs.flatMap(({ points }) => points.map(value));
  const data = runs.map(({ label, method, variant, points }): Data => {
    const { color, symbol } = methodStyle(method);
    return {
      type: "scatter",
      mode: "lines+markers",
      name: label,
      x: points.map((point) => point.step),
      y: points.map(value),
      line: { color, dash: DASHES[variant % DASHES.length]!, width: 2 },
      marker: { color, symbol, size: 6 },
      hovertemplate: "%{y:.3f}",
    };
  });
  return figure(data, {
    title: { text: labels.title },
    xaxis: { ...GRID, title: { text: "optimizer step" }, rangemode: "tozero" },
    yaxis: { ...GRID, title: { text: labels.axis }, ...axisScale(values) },
    hovermode: "x unified",
    legend: LEGEND,
    margin: { l: 70, r: 20, t: 60, b: 110 },
  }, `${labels.title} by step. ${runs.map(labels.words).join("; ")}.`);
}

/** What each run's trained parameters bought: their number (logarithmic) against the final loss, a mark for each run. */
export function parametersAgainstLoss(records: readonly RunRecord[]): Figure {
  const runs = trained(records);
  const data = runs.map(({ label, method, parameters, final }): Data => ({
    type: "scatter",
    mode: "markers",
    name: label,
    x: [parameters],
    y: [final],
    marker: openMarker(method),
    hovertemplate: "%{x:,} parameters<br>loss %{y:.3f}",
  }));
  const words = runs.map(({ label, parameters, final }) =>
    `${label} ${parameters.toLocaleString("en-US")} parameters, loss ${final.toFixed(3)}`
  );
  return figure(data, {
    title: { text: "Trained parameters against final loss" },
    xaxis: { ...GRID, title: { text: "trained parameters (logarithmic)" }, ...LOGARITHMIC },
    yaxis: {
      ...GRID,
      title: { text: "mean loss of the last five steps (nats)" },
      ...axisScale(runs.map((run) => run.final)),
    },
    hovermode: "closest",
    showlegend: true,
    legend: LEGEND,
    margin: { l: 70, r: 20, t: 60, b: 110 },
  }, `Trained parameters against final loss. ${words.join("; ")}.`);
}

/** Hollow, so that runs that come out alike show through each other. */
function openMarker(method: string) {
  const { color, symbol } = methodStyle(method);
  return { color, symbol: `${symbol}-open`, size: 14, line: { width: 3 } } as const;
}

/** The runs that have steps, as the figures need them. */
function trained(records: readonly RunRecord[]) {
  const names = labels(records);
  const seen = new Map<string, number>();
  return records.flatMap((record, i) => {
    const final = finalLoss(record);
    if (!record.train || final === null) return [];
    const { method } = record.run.spec;
    const variant = seen.get(method) ?? 0;
    seen.set(method, variant + 1);
    const { points, trainable_parameters: parameters } = record.train;
    const label = names[i]!;
    const words = `${label} from ${points[0]!.loss.toFixed(3)} to ${final.toFixed(3)}`;
    return [{ label, method, variant, points, parameters, final, words }];
  });
}

import type { Data } from "plotly.js";
import type { RunRecord } from "../experiments/record.ts";
import { paretoFront } from "../experiments/store/pareto_front.ts";
import { UsageError } from "../usage_error.ts";
import { methodStyle } from "./method_style.ts";
import { methods } from "../adapters/methods.ts";
import { type Figure, figure } from "./plotly.ts";
import { shortNumber } from "./short_number.ts";
import { valueAxis } from "./value_axis.ts";

/** What a score is weighed against. */
export type ParetoCost = "parameters" | "seconds" | "memory";

/** The axis of each, and how it is read. */
const costs: Record<ParetoCost, { readonly axis: string; readonly read: (record: RunRecord) => number }> = {
  parameters: { axis: "trained parameters", read: ({ train }) => train?.trainable_parameters ?? NaN },
  seconds: { axis: "seconds of training", read: ({ train }) => train?.train_s ?? NaN },
  memory: { axis: "peak memory (bytes)", read: ({ train }) => train?.peak_memory_bytes ?? NaN },
};

/**
 * The score of each run against what it cost: a mark in its method's colour, and a line through the runs that no other one beats, being at
 * least as good and cheaper, or better and no dearer.
 *
 * @throws UsageError for runs of which none has a score
 *
 * @example
 * ```ts
 * import { keptRecords, paretoPicture } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const picture = paretoPicture(keptRecords("quickstart"), "parameters");
 * assert.match(picture.alternative, /No run beats /);
 * ```
 */
export function paretoPicture(records: readonly RunRecord[], cost: ParetoCost): Figure {
  const { axis, read } = costs[cost];
  const scored = records.filter((record) =>
    Number.isFinite(record.eval?.value ?? NaN) && Number.isFinite(read(record))
  );
  if (scored.length === 0) throw new UsageError("none of the runs has a score and a cost; give some that do");
  const score = (record: RunRecord) => record.eval!.value;
  const front = paretoFront(scored, [read, (record) => -score(record)]);
  const metric = scored[0]!.eval!.metric;
  const data: Data[] = [{
    ...{ type: "scatter", mode: "lines", name: "front", hoverinfo: "skip" },
    x: front.map(read),
    y: front.map(score),
    line: { color: "#888888", dash: "dot", width: 2, shape: "hv" },
  }];
  for (const [method, runs] of Map.groupBy(scored, ({ run }) => run.spec.method)) {
    data.push({
      ...{ type: "scatter", mode: "markers", name: titleOf(method) },
      x: runs.map(read),
      y: runs.map(score),
      text: runs.map(({ run }) => `rank ${run.spec.rank}, seed ${run.seed}`),
      marker: { ...methodStyle(method), size: 9 },
      hovertemplate: "%{text}<br>%{y:.4g} at %{x:.4g}",
    });
  }
  const words = front.map((record) =>
    `${titleOf(record.run.spec.method)} r ${record.run.spec.rank} (${shortNumber(score(record))} at ${
      shortNumber(read(record))
    })`
  );
  return figure(data, {
    title: { text: `${metric} against ${axis}` },
    xaxis: valueAxis(axis, scored.map(read)),
    yaxis: valueAxis(metric, scored.map(score)),
    hovermode: "closest",
    showlegend: true,
    legend: { x: 1.02, xanchor: "left", y: 1 },
  }, `${metric} against ${axis} of ${scored.length} runs. No run beats ${words.join("; ")}.`);
}

function titleOf(method: string): string {
  return methods.find(({ name }) => name === method)?.title ?? method;
}

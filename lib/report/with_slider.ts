import { chooseFigure, controlPlace } from "./figure_states.ts";
import type { Figure } from "./plotly.ts";

/**
 * Several figures as one with a slider that chooses between them. It works without a kernel, in exported HTML too, since all of
 * them are part of the figure.
 *
 * @param figures by the label of their place on the slider, such as a rank
 * @param label what the slider chooses
 * @throws UsageError where there are no figures
 *
 * @example
 * ```ts
 * import { bars, withSlider } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const of = (rank: number) => bars({ LoRA: 2 * rank, NLoRA: rank }, { title: `Rank ${rank}`, axis: "thousand parameters" });
 * const figure = withSlider({ 4: of(4), 8: of(8) }, { label: "rank" });
 * assert.equal(figure.layout.sliders![0]!.steps!.length, 2);
 * ```
 */
export function withSlider(
  figures: Readonly<{ [label: string]: Figure }>,
  { label }: { readonly label: string },
): Figure {
  return chooseFigure(figures, label, (states) => ({
    sliders: [{
      ...controlPlace,
      pad: { b: 16, t: 0 },
      active: 0,
      currentvalue: { prefix: `${label} ` },
      steps: states.map(({ label, args }) => ({ label, method: "update", args })),
    }],
  }), 90);
}

import { chooseFigure, controlPlace } from "./figure_states.ts";
import type { Figure } from "./plotly.ts";

/**
 * Several figures as one with a menu that chooses between them; like {@linkcode withSlider} it works without a kernel.
 *
 * @param figures by their names in the menu
 * @param label what the menu chooses
 * @throws UsageError where there are no figures
 *
 * @example
 * ```ts
 * import { bars, withMenu } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const figure = withMenu({
 *   time: bars({ LoRA: 3, NLoRA: 2 }, { title: "Time", axis: "s" }),
 *   memory: bars({ LoRA: 5, NLoRA: 4 }, { title: "Memory", axis: "GB" }),
 * }, { label: "measure" });
 * assert.equal(figure.layout.updatemenus![0]!.buttons!.length, 2);
 * ```
 */
export function withMenu(
  figures: Readonly<{ [label: string]: Figure }>,
  { label }: { readonly label: string },
): Figure {
  return chooseFigure(figures, label, (states) => ({
    updatemenus: [{
      ...controlPlace,
      pad: { b: 12 },
      type: "dropdown",
      active: 0,
      buttons: states.map(({ label, args }) => ({ label, method: "update", args })),
    }],
  }), 44);
}

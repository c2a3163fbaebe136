/** Results that follow controls. */
import { randomUUID } from "node:crypto";
import { display } from "../lib/report/display.ts";
import { jupyterDisplay } from "../lib/report/jupyter.ts";
import type { Control } from "./controls.ts";
import { Widget } from "./widgets.ts";

/** A control as far as it matters here; one of numbers is also one of unknown values. */
type AnyControl<T = unknown> = Pick<Control<T>, "label" | "value" | "onChange" | "widget">;

/** The values of controls by their names. */
export type Values<C> = {
  readonly [name in keyof C]: C[name] extends { readonly value: infer T } ? T : never;
};

/**
 * Shows controls and below them what a function makes of their values, again whenever one of them changes. What the function
 * throws is shown in the same place.
 *
 * @example
 * ```ts
 * import { menu, slider } from "./controls.ts";
 * import { interact } from "./interact.ts";
 *
 * const controls = { rank: slider("rank", { min: 1, max: 64, value: 8 }), core: menu("core", ["copy", "pinv"]) };
 * await interact(controls, ({ rank, core }) => `an r × r core (${core}) has ${rank * rank} numbers`);
 * ```
 */
export async function interact<C extends Readonly<Record<string, AnyControl>>>(
  controls: C,
  show: (values: Values<C>) => unknown,
): Promise<void> {
  const id = randomUUID();
  const all = Object.entries(controls);
  let running: Promise<void> | null = null;
  let again = false;
  const result = async () => {
    try {
      return await show(Object.fromEntries(all.map(([name, { value }]) => [name, value])) as Values<C>);
    } catch (error) {
      return error;
    }
  };
  const follow = async () => {
    while (again) {
      again = false;
      await display(await result(), { id, update: true });
    }
    running = null;
  };
  const refresh = () => {
    again = true;
    return running ??= follow();
  };
  await display({ [jupyterDisplay]: () => boxBundle(all.map(([, control]) => control)) });
  await display(await result(), { id });
  for (const [, control] of all) control.onChange(refresh);
}

/** The controls below each other. */
async function boxBundle(controls: readonly AnyControl[]) {
  const widgets = await Promise.all(controls.map((control) => control.widget()));
  const box = await Widget.open(
    { module: "@jupyter-widgets/controls", model: "VBoxModel", view: "VBoxView" },
    {
      children: widgets.map(({ reference }) => reference),
    },
  );
  const text = controls.map(({ label, value }) => `${label}: ${value}`).join(", ");
  return box.bundle({ "text/plain": text });
}

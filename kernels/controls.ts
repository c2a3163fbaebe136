/** Controls for notebooks: each holds a value that the reader changes with the mouse or the keyboard. */
import { escapeHtml } from "../lib/report/escape_html.ts";
import { type Displayable, jupyterDisplay, type MediaBundle } from "../lib/report/jupyter.ts";
import { UsageError } from "../lib/usage_error.ts";
import { Widget, type WidgetKind, type WidgetState } from "./widgets.ts";

/** How a control looks, and where its value is in the state of its widget. */
interface Look<T> {
  readonly kind: WidgetKind;
  readonly style: WidgetKind;
  readonly state: WidgetState;
  stateOf(value: T): WidgetState;
  /** The value in a state, or undefined where it is not part of it. */
  valueIn(state: WidgetState): T | undefined;
}

/** A value that the reader of the notebook changes. As the result of a cell it shows itself. */
export class Control<T> implements Displayable {
  #value: T;
  #widget: Promise<Widget> | null = null;
  readonly #look: Look<T>;
  readonly #listeners = new Set<(value: T) => void | Promise<void>>();

  constructor(readonly label: string, value: T, look: Look<T>) {
    this.#value = value;
    this.#look = look;
  }

  get value(): T {
    return this.#value;
  }

  /** Moves the control, and tells the listeners. */
  set value(value: T) {
    this.#widget?.then((widget) => widget.update(this.#look.stateOf(value)));
    this.#take(value);
  }

  /** Has a function called with each new value; the function that it returns ends that. */
  onChange(listener: (value: T) => void | Promise<void>): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The widget behind the control, made when it is first asked for. */
  widget(): Promise<Widget> {
    return this.#widget ??= this.#open();
  }

  async [jupyterDisplay](): Promise<MediaBundle> {
    const text = `${this.label}: ${this.#value}`;
    return (await this.widget()).bundle({ "text/html": escapeHtml(text), "text/plain": text });
  }

  async #open(): Promise<Widget> {
    const { kind, style, state, stateOf, valueIn } = this.#look;
    const [layout, styles] = await Promise.all([
      Widget.open({ module: "@jupyter-widgets/base", model: "LayoutModel", view: "LayoutView" }, {
        width: "420px",
      }),
      Widget.open(style, { description_width: "initial" }),
    ]);
    const widget = await Widget.open(kind, {
      description: this.label,
      layout: layout.reference,
      style: styles.reference,
      ...state,
      ...stateOf(this.#value),
    });
    widget.onChange = async (changed) => {
      const value = valueIn(changed);
      if (value !== undefined) await this.#take(value);
    };
    return widget;
  }

  async #take(value: T): Promise<void> {
    this.#value = value;
    for (const listener of this.#listeners) await listener(value);
  }
}

const controlKind = (model: string, view: string): WidgetKind => ({
  module: "@jupyter-widgets/controls",
  model,
  view,
});
const styleKind = (model: string): WidgetKind => ({
  module: "@jupyter-widgets/controls",
  model,
  view: "StyleView",
  viewModule: "@jupyter-widgets/base",
});

/**
 * A slider for a number.
 *
 * @param label stands before it
 * @throws {UsageError} where the value is not between the ends
 *
 * @example
 * ```ts
 * import { slider } from "./controls.ts";
 * import assert from "node:assert/strict";
 *
 * const rank = slider("rank", { min: 1, max: 128, value: 8 });
 * rank.onChange((value) => console.log(`rank ${value}`));
 * rank.value = 16;
 * assert.equal(rank.value, 16);
 * ```
 */
export function slider(
  label: string,
  { min = 0, max = 100, step = 1, value = min }: {
    min?: number;
    max?: number;
    step?: number;
    value?: number;
  } = {},
): Control<number> {
  if (!(min <= value && value <= max)) {
    throw new UsageError(
      `the slider ${label} runs from ${min} to ${max}; the value ${value} is not between them`,
    );
  }
  const whole = [min, step, value].every(Number.isInteger);
  return new Control(label, value, {
    kind: whole
      ? controlKind("IntSliderModel", "IntSliderView")
      : controlKind("FloatSliderModel", "FloatSliderView"),
    style: styleKind("SliderStyleModel"),
    state: { min, max, step, continuous_update: false, readout_format: whole ? "d" : ".4~g" },
    stateOf: (value) => ({ value }),
    valueIn: ({ value }) => value as number | undefined,
  });
}

/**
 * A menu of values, each shown by its text.
 *
 * @throws {UsageError} where there is nothing to choose, or the value is not among the choices
 */
export function menu<const T>(
  label: string,
  choices: readonly T[],
  { value = choices[0] }: { value?: T } = {},
): Control<T> {
  if (value === undefined || !choices.includes(value)) {
    throw new UsageError(
      `${String(value)} is not in the menu ${label}, which has ${choices.join(", ") || "no choices"}`,
    );
  }
  return new Control<T>(label, value, {
    kind: controlKind("DropdownModel", "DropdownView"),
    style: styleKind("DescriptionStyleModel"),
    state: { _options_labels: choices.map(String) },
    stateOf: (value) => ({ index: choices.indexOf(value) }),
    valueIn: ({ index }) => choices[index as number],
  });
}

/** A box to tick. */
export function checkbox(label: string, { value = false }: { value?: boolean } = {}): Control<boolean> {
  return new Control(label, value, {
    kind: controlKind("CheckboxModel", "CheckboxView"),
    style: styleKind("CheckboxStyleModel"),
    state: { indent: false },
    stateOf: (value) => ({ value }),
    valueIn: ({ value }) => value as boolean | undefined,
  });
}

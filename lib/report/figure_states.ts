import type { Data, Layout } from "plotly.js";
import { UsageError } from "../usage_error.ts";
import { type Figure, figure } from "./plotly.ts";

type Visible = Data["visible"];

/** One of the figures that a control chooses from: Plotly's `update` with these arguments shows it. */
export interface FigureState {
  readonly label: string;
  readonly args: [traces: { visible: Visible[] }, layout: Partial<Layout>];
}

/** Where a control stands: above the plot, below the title. */
export const controlPlace = { x: 0, xanchor: "left", y: 1, yanchor: "bottom" } as const;

/**
 * Several figures as one, of which the first is seen, and what a control has to do to show each of them.
 *
 * @param control makes the part of the layout that holds the control
 * @param room that the control takes, in pixels
 * @throws UsageError where there are no figures
 */
export function chooseFigure(
  figures: Readonly<{ [label: string]: Figure }>,
  label: string,
  control: (states: FigureState[]) => Partial<Layout>,
  room: number,
): Figure {
  const entries = Object.entries(figures);
  if (entries.length === 0) {
    throw new UsageError("no figures came to choose from; give at least one, by its label");
  }
  const visibleIn = (state: number) =>
    entries.flatMap(([, { data }], i) => data.map(({ visible = true }): Visible => i === state && visible));
  const layouts = entries.map(([, { layout }]) => withRoom(layout, room));
  const changing = [...new Set(layouts.flatMap(Object.keys))].filter((key) =>
    layouts.some((layout) =>
      JSON.stringify(layout[key as keyof Layout]) !== JSON.stringify(layouts[0]![key as keyof Layout])
    )
  );
  const states = entries.map(([label], i): FigureState => ({
    label,
    args: [
      { visible: visibleIn(i) },
      Object.fromEntries(changing.map((key) => [key, layouts[i]![key as keyof Layout] ?? null])),
    ],
  }));
  const seen = visibleIn(0);
  const traces = entries.flatMap(([, { data }]) => data);
  const data = traces.map((trace, i) => ({ ...trace, visible: seen[i] }) as Data);
  const words = entries.map(([name, { alternative }]) => `${name}: ${alternative}`).join(" ");
  return figure(data, { ...layouts[0]!, ...control(states) }, `A choice of ${label}. ${words}`);
}

/** The layout with room above the plot and the title above that. */
function withRoom({ title, height = 0, margin, ...layout }: Partial<Layout>, room: number): Partial<Layout> {
  const text = typeof title === "string" ? { text: title } : title;
  return {
    ...layout,
    height: height + room,
    margin: { ...margin, t: (margin?.t ?? 0) + room },
    ...text && { title: { ...text, yref: "container", y: 1, yanchor: "top", pad: { t: 14 } } },
  };
}

import type { Broadcaster } from "./broadcaster.ts";

/** Representations of one thing by media type; Jupyter shows the richest that it can. */
export type MediaBundle = { readonly [mediaType: string]: string | object };

/** Where an output goes. */
export interface Placing {
  /** Names the output, so that it can be updated. */
  readonly id?: string | undefined;
  /** Shows it in place of what the same id showed before; by default it is a new output. */
  readonly update?: boolean | undefined;
}

const plotlyType = "application/vnd.plotly.v1+json";

/** Sends the representations of one thing to the notebook. */
export async function showBundle(
  { broadcast }: Broadcaster,
  data: MediaBundle,
  { id, update = false }: Placing = {},
): Promise<void> {
  const transient = id === undefined ? {} : { display_id: id };
  const send = (data: MediaBundle) =>
    broadcast(update ? "update_display_data" : "display_data", { data, metadata: {}, transient });
  if (update && data[plotlyType]) await send(placeholder(data));
  await send(data);
}

/**
 * What stands in a figure's place for a moment before it is updated: JupyterLab's renderer of Plotly draws an output once and
 * is made anew only when the output has been of another type.
 */
function placeholder(data: MediaBundle): MediaBundle {
  const { layout } = data[plotlyType] as { layout: { height?: number } };
  return {
    "text/html": `<div style="height:${layout.height ?? 0}px"></div>`,
    "text/plain": data["text/plain"] ?? "",
  };
}

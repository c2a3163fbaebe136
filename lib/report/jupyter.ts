import { broadcaster } from "./broadcaster.ts";
import { type MediaBundle, showBundle } from "./show_bundle.ts";

export type { MediaBundle } from "./show_bundle.ts";

/** The method by which a thing tells a TypeScript kernel how it is shown. */
export const jupyterDisplay: unique symbol = Symbol.for("Jupyter.display");

/** A thing that a TypeScript kernel shows richly. */
export interface Displayable {
  [jupyterDisplay](): MediaBundle | Promise<MediaBundle>;
}

/** A notebook as outputs that change need it. */
export interface Jupyter {
  /** Shows a thing; with `update`, in place of what the same `display_id` showed before. */
  display(thing: Displayable, options?: { update?: boolean; display_id?: string }): Promise<void>;
}

/** The notebook that this code runs in, or null outside of one. */
export function jupyter(): Jupyter | null {
  const host = broadcaster();
  return host && {
    async display(thing, { update, display_id: id } = {}) {
      await showBundle(host, await thing[jupyterDisplay](), { id, update });
    },
  };
}

/** Representations of one thing by media type; Jupyter shows the richest that it can. */
export type MediaBundle = { readonly [mediaType: string]: string | object };

/** The method by which a thing tells a TypeScript kernel how it is shown. */
export const jupyterDisplay: unique symbol = Symbol.for("Jupyter.display");

/** A thing that a TypeScript kernel shows richly. */
export interface Displayable {
  [jupyterDisplay](): MediaBundle;
}

/** What a TypeScript kernel offers to code that runs in it. */
export interface Jupyter {
  /** Shows a thing; with `update`, in place of what the same `display_id` showed before. */
  display(thing: Displayable, options?: { update?: boolean; display_id?: string }): Promise<void>;
}

/** The kernel that this code runs in, or null outside of a notebook. */
export function jupyter(): Jupyter | null {
  try {
    return (globalThis as { Deno?: { jupyter?: Jupyter } }).Deno?.jupyter ?? null;
  } catch {
    return null; // Deno throws on access outside of its kernel.
  }
}

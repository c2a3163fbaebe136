import { randomUUID } from "node:crypto";
import type { Displayable, Jupyter } from "./jupyter.ts";

/** A picture in a notebook that is drawn anew as what it shows changes. */
export interface Redraw {
  /** Draws at once, unless it did so a moment ago. */
  changed(): void;
  /** Draws what has not been drawn yet; resolves when it is shown. */
  end(): Promise<void>;
}

/**
 * Draws a picture again and again in the same place of a notebook, never two at once.
 *
 * @param picture as it is to be now
 * @param intervalMs the shortest time between two pictures
 */
export function redraw(kernel: Jupyter, picture: () => Displayable, intervalMs: number): Redraw {
  const display_id = randomUUID();
  let showing: Promise<void> | null = null;
  let update = false;
  let drawn = true;
  let lastShown = -Infinity;
  const show = async () => {
    const options = { display_id, update };
    [update, drawn, lastShown] = [true, true, performance.now()];
    await kernel.display(picture(), options);
    showing = null;
  };
  return {
    changed() {
      drawn = false;
      if (!showing && performance.now() - lastShown >= intervalMs) showing = show();
    },
    async end() {
      while (showing || !drawn) await (showing ??= show());
    },
  };
}

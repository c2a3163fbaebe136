/** What `deno jupyter` offers to notebooks as `Deno.jupyter`, for those that were written for it. */
import type { Broadcaster } from "../../lib/report/broadcaster.ts";
import { jupyterDisplay, type MediaBundle } from "../../lib/report/jupyter.ts";
import { mediaBundle } from "../../lib/report/media_bundle.ts";
import { showBundle } from "../../lib/report/show_bundle.ts";

/** Gives `Deno.jupyter` its functions. */
export function installDenoJupyter({ broadcast }: Broadcaster): void {
  const tag = (type: string) => (parts: TemplateStringsArray, ...values: unknown[]) => ({
    [jupyterDisplay]: (): MediaBundle => ({ [type]: String.raw({ raw: parts }, ...values) }),
  });
  Object.assign(Deno, {
    jupyter: {
      $display: jupyterDisplay,
      broadcast,
      html: tag("text/html"),
      md: tag("text/markdown"),
      svg: tag("image/svg+xml"),
      async display(
        thing: unknown,
        { raw = false, update, display_id: id }: { raw?: boolean; update?: boolean; display_id?: string } =
          {},
      ): Promise<void> {
        await showBundle({ broadcast }, raw ? thing as MediaBundle : await mediaBundle(thing), {
          id,
          update,
        });
      },
    },
  });
}

import { jupyterDisplay, type MediaBundle } from "../../lib/report/jupyter.ts";
import { mediaBundle } from "../../lib/report/media_bundle.ts";

/** How the value of a cell's last expression is shown: as by `display`, or else as text that can be told from other text. */
export async function resultBundle(value: unknown): Promise<MediaBundle> {
  const bundle = await mediaBundle(value);
  const displays = Object(value)[jupyterDisplay] !== undefined;
  if (displays || Object.keys(bundle).length > 1) return bundle;
  return { "text/plain": Deno.inspect(value, { colors: !Deno.noColor }) };
}

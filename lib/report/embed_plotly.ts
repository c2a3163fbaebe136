import { display } from "./display.ts";
import { jupyterDisplay } from "./jupyter.ts";
import { PLOTLY_VERSION } from "./plotly.ts";
import { plotlyScript } from "./plotly_script.ts";

/**
 * Puts plotly.js itself into the notebook (5 MB), so that figures below draw without a network in HTML that JupyterLab or
 * nbconvert exports. Once a notebook is enough, before the first figure. What `nlora notebook run` exports has it anyway.
 */
export async function embedPlotly(): Promise<void> {
  await display({
    [jupyterDisplay]: () => ({
      "text/html": `<script>${plotlyScript()}</script>`,
      "text/plain": `plotly.js ${PLOTLY_VERSION}, for figures in exported HTML`,
    }),
  });
}

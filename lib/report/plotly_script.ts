import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** plotly.js itself (5 MB), as the content of a script element. */
export function plotlyScript(): string {
  const file = createRequire(import.meta.url).resolve("plotly.js-dist-min/plotly.min.js");
  return readFileSync(file, "utf8").replaceAll("</script", "<\\/script");
}

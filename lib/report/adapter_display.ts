import { table } from "arquero";
import type { AdaptedLinear, Adapter } from "../adapters/adapter.ts";
import { choiceNames } from "../adapters/adapter_spec.ts";
import { findMethod } from "../adapters/methods.ts";
import { escapeHtml } from "./escape_html.ts";
import { type Facts, factsHtml, factsText } from "./facts.ts";
import type { MediaBundle } from "./jupyter.ts";
import { updateWords } from "./linear_words.ts";
import { shortNumber } from "./short_number.ts";
import { tableBundle } from "./table_display.ts";

/** What the specification says beside method, rank and alpha, where it says something. */
const furtherChoices = [...choiceNames, "rslora", "layers"] as const;

/**
 * An adapter: method, rank, scaling, whether it is on its model, how much of it trains, and a table with a row for each kind of
 * target.
 */
export function adapterBundle(adapter: Adapter): MediaBundle {
  const { title } = findMethod(adapter.spec.method);
  const facts = factsOf(adapter);
  const targets = tableBundle(targetTable(adapter));
  return {
    "text/html": `<div><b>${escapeHtml(title)} adapter</b>${factsHtml(facts)}</div>${targets["text/html"]}`,
    "text/plain": `${title} adapter\n${factsText(facts)}\n\n${targets["text/plain"]}`,
  };
}

function factsOf(adapter: Adapter): Facts {
  const { spec, modules } = adapter;
  const scalings = [...new Set(modules.map(({ update }) => Number(update.scaling.toPrecision(4))))];
  const weights = modules.reduce((sum, { linear }) => sum + linear.outputs * linear.inputs, 0);
  const trained = adapter.trainableParameters;
  const choices = furtherChoices.filter((choice) => spec[choice] !== undefined && spec[choice] !== null)
    .map((choice) => `${choice} ${JSON.stringify(spec[choice]).replaceAll('"', "")}`);
  return [
    ["rank", String(spec.rank)],
    ["scaling", `s = ${scalings.join(", ")} (alpha ${spec.alpha})`],
    ["choices", choices.join(", ") || "none"],
    ["seed", String(spec.seed)],
    [
      "state",
      adapter.merged ? "merged into the weights" : adapter.attached ? "on its model" : "not on its model",
    ],
    [
      "trains",
      `${trained.toLocaleString("en-US")} parameters, ${shortNumber(100 * trained / weights)} % of the ` +
      `${weights.toLocaleString("en-US")} in the weights that it adapts`,
    ],
  ];
}

/** Targets of one name and form are one row, such as all the `q_proj`. */
function targetTable(adapter: Adapter) {
  const groups = Map.groupBy(adapter.modules, ({ linear, update }) => {
    const name = linear.name.split(".").at(-1)!;
    return JSON.stringify([name, `(${linear.outputs}, ${linear.inputs})`, updateWords(update)]);
  });
  const rows = [...groups].map((
    [key, members],
  ) => [...JSON.parse(key), members.length, trainedIn(adapter, members)]);
  const names = ["target", "weight", "factors", "maps", "trained parameters"];
  return table(Object.fromEntries(names.map((name, i) => [name, rows.map((row) => row[i])])));
}

/** Numbers that are tied count where the first of their maps is. */
function trainedIn({ parameters }: Adapter, modules: readonly AdaptedLinear[]): number {
  const linears = new Set(modules.map(({ linear }) => linear));
  return parameters.reduce((sum, { linear, value }) => sum + (linears.has(linear) ? value.size : 0), 0);
}

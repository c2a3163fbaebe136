import type { Annotation, Shape } from "plotly.js";
import type { AdaptedLinear } from "../adapters/adapter.ts";
import type { FactorName } from "../nn/factors.ts";
import { trainedTensor } from "../nn/update.ts";
import { type Figure, figure } from "./plotly.ts";

/** Okabe–Ito colours of factors that train; what is frozen is grey. */
const COLOURS: Record<FactorName, string> = {
  A: "#009E73",
  lambda_d: "#56B4E9",
  N: "#D55E00",
  B: "#0072B2",
  lambda_b: "#CC79A7",
  delta: "#E69F00",
  magnitude: "#F0E442",
  bias: "#999933",
};
const FROZEN = "#D9D9D9";
const LABELS: { readonly [name: string]: string } = {
  lambda_d: "λ<sub>d</sub>",
  lambda_b: "λ<sub>b</sub>",
  delta: "Δ",
  magnitude: "g",
  bias: "b",
};
/** In the order in which they are multiplied. */
const ORDER: readonly FactorName[] = ["lambda_b", "B", "N", "lambda_d", "A", "delta", "bias"];
const COLUMNS = 2;
/** The width, in pixels, at which the picture is planned; on a narrower page it shrinks. */
const PLANNED_WIDTH = 860;
/** Room for what is written above and below the boxes of a panel, in pixels. */
const TEXT_HEIGHT = 56;

/**
 * What stands beside a weight under each of some adapters, in a picture to scale: magnitudes g, the frozen weight W, and
 * the factors λ_b, B, N, λ_d, A or Δ, and b in the order in which they are multiplied (see {@linkcode Factors}); vectors are columns.
 * What trains is coloured, what is frozen grey.
 *
 * @param modules an adapted linear map for each title
 *
 * @example
 * ```ts
 * import { adapt, Linear, tf, updatePicture, useBackend } from "nlora";
 * import assert from "node:assert/strict";
 *
 * await useBackend();
 * const linear = new Linear("w", tf.randomNormal([8, 6]));
 * const adapter = await adapt({ linears: new Map([["w", linear]]) }, { method: "inttune", rank: 2 });
 * const picture = updatePicture({ IntTune: adapter.modules[0]! });
 * assert.match(picture.alternative, /IntTune: B 8×2 frozen, N 2×2 trains, A 2×6 frozen; 4 numbers train/);
 * ```
 */
export function updatePicture(modules: { readonly [title: string]: AdaptedLinear }): Figure {
  const entries = Object.entries(modules).map(([title, module]) => ({ title, parts: layOut(module) }));
  const all = entries.flatMap(({ parts }) => parts);
  const width = 1.1 * Math.max(...all.map((part) => part.x + part.width));
  const pixel = COLUMNS * width / PLANNED_WIDTH;
  const height = Math.max(...all.map((part) => part.height)) + TEXT_HEIGHT * pixel;
  const rows = Math.ceil(entries.length / COLUMNS);
  const panels = entries.map(({ title, parts }, i) =>
    panel(title, parts, width * (i % COLUMNS), height * Math.floor(i / COLUMNS))
  );
  const [left, right, top] = [-2 * pixel, COLUMNS * width, -TEXT_HEIGHT / 2 * pixel];
  const bottom = top + rows * height;
  return figure(
    [{
      type: "scatter",
      x: [left, right],
      y: [top, bottom],
      mode: "markers",
      marker: { opacity: 0 },
      hoverinfo: "skip",
    }],
    {
      title: { text: "What stands beside W: coloured trains, grey is frozen" },
      height: 80 + rows * height / pixel,
      showlegend: false,
      xaxis: { visible: false, range: [left, right], constrain: "domain" },
      yaxis: { visible: false, range: [bottom, top], scaleanchor: "x", constrain: "domain" },
      margin: { l: 20, r: 20, t: 60, b: 20 },
      shapes: panels.flatMap(({ shapes }) => shapes),
      annotations: panels.flatMap(({ annotations }) => annotations),
    },
    `What stands beside W, to scale. ${entries.map(({ title, parts }) => inWords(title, parts)).join(". ")}.`,
  );
}

/** One matrix of an adapted map, in units of one entry; the weight's name is W. */
interface Part {
  readonly name: string;
  readonly shape: readonly number[];
  readonly x: number;
  readonly width: number;
  readonly height: number;
  readonly colour: string;
  /** How many numbers of it train. */
  readonly trained: number;
}

/** The matrices of one adapted map from left to right, all with their top at 0, in units of one entry. */
function layOut({ linear, update }: AdaptedLinear): Part[] {
  const { factors, trains } = update;
  const thin = Math.max(linear.outputs, linear.inputs) / 40; // of a vector, to be seen
  const gap = thin * 1.5;
  const parts: Part[] = [];
  let x = 0;
  const add = (name: string, shape: readonly number[], colour: string, trained: number, after: number) => {
    const [height, width] = [shape[0]!, shape[1] ?? thin];
    parts.push({ name, shape, x, width, height, colour, trained });
    x += width + after;
  };
  const addFactor = (factor: FactorName) => {
    const value = factors[factor];
    const trained = trains.has(factor) ? trainedTensor(update, factor).size : 0;
    if (value) add(factor, value.shape, COLOURS[factor], trained, gap);
  };
  addFactor("magnitude");
  add("W", [linear.outputs, linear.inputs], FROZEN, 0, 0.18 * linear.inputs);
  ORDER.forEach(addFactor);
  return parts;
}

/** The boxes of one adapted map and what is written at them, with their upper left corner at a place. */
function panel(title: string, parts: readonly Part[], left: number, top: number) {
  const shapes = parts.map(({ x, width, height, colour, trained }): Partial<Shape> => ({
    type: "rect",
    x0: left + x,
    y0: top,
    x1: left + x + width,
    y1: top + height,
    fillcolor: trained > 0 ? colour : FROZEN,
    line: { width: 1, color: "#333333" },
  }));
  const names = parts.map(({ name, x, width, height }): Partial<Annotation> => ({
    x: left + x + width / 2,
    y: top + height,
    yanchor: "top",
    text: LABELS[name] ?? name,
    showarrow: false,
  }));
  const weight = parts.find(({ name }) => name === "W")!;
  const plus = {
    x: left + weight.x + 1.09 * weight.width,
    y: top + weight.height / 2,
    text: "+",
    showarrow: false,
  };
  const head = {
    x: left,
    y: top,
    xanchor: "left",
    yanchor: "bottom",
    text: `<b>${title}</b>: ${trainedNumbers(parts)} numbers train`,
    showarrow: false,
  } as const;
  return { shapes, annotations: [head, plus, ...names] };
}

function inWords(title: string, parts: readonly Part[]): string {
  const factors = parts.filter(({ name }) => name !== "W").map(({ name, shape, trained }) =>
    `${name} ${shape.join("×")} ${trained > 0 ? "trains" : "frozen"}`
  );
  return `${title}: ${factors.join(", ")}; ${trainedNumbers(parts)} numbers train`;
}

function trainedNumbers(parts: readonly Part[]): string {
  return parts.reduce((sum, { trained }) => sum + trained, 0).toLocaleString("en-US");
}

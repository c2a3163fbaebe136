/** How a method's marks look in every figure. */
export interface MethodStyle {
  readonly color: string;
  /** A marker symbol of Plotly. */
  readonly symbol:
    | "circle"
    | "square"
    | "triangle-up"
    | "triangle-down"
    | "diamond"
    | "star"
    | "cross"
    | "x"
    | "pentagon"
    | "hexagon";
}

/**
 * Colours of Okabe and Ito (2008, "Color Universal Design"), told apart with any colour vision; the symbols tell the
 * methods apart without colour. The palette's yellow is left out, being too light on white; indigo and wine are Tol's
 * (2021, "Colour Schemes").
 */
const STYLES: { readonly [method: string]: MethodStyle } = {
  "lora": { color: "#0072B2", symbol: "circle" },
  "slora": { color: "#56B4E9", symbol: "square" },
  "pissa": { color: "#E69F00", symbol: "triangle-up" },
  "nlora": { color: "#D55E00", symbol: "diamond" },
  "inttune": { color: "#009E73", symbol: "star" },
  "olora": { color: "#999999", symbol: "x" },
  "lora-xs": { color: "#CC79A7", symbol: "cross" },
  "dora": { color: "#332288", symbol: "pentagon" },
  "vera": { color: "#882255", symbol: "triangle-down" },
  "full": { color: "#000000", symbol: "hexagon" },
};

const OTHER: MethodStyle = { color: "#000000", symbol: "x" };

/** The colour and symbol of a method, the same in every figure; black for a method without its own. */
export function methodStyle(method: string): MethodStyle {
  return STYLES[method] ?? OTHER;
}

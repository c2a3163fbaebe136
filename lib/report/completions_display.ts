import { escapeHtml } from "./escape_html.ts";
import { type Jupyter, jupyter, jupyterDisplay, type MediaBundle } from "./jupyter.ts";
import { redraw } from "./redraw.ts";

/** The shortest time between two pictures. */
const intervalMs = 250;

/** Texts that grow while they are written. */
export interface CompletionsDisplay {
  /** Takes a piece of a text, as `generate` tells it to its `onText`. */
  readonly onText: (piece: string, index: number) => void;
  /** Shows what has not been shown yet; resolves when it is shown. */
  end(): Promise<void>;
}

/**
 * Shows prompts and what a model writes behind them in a notebook, in one place that is updated at most four times a second; the
 * last state stays in the notebook. Outside of a notebook nothing is shown.
 *
 * @example
 * ```ts
 * import { completionsDisplay, generate, Random, randomLlama, useBackend } from "nlora";
 *
 * await useBackend();
 * const config = {
 *   vocab_size: 16, hidden_size: 8, intermediate_size: 12, num_hidden_layers: 1, num_attention_heads: 2,
 *   num_key_value_heads: 1, head_dim: 4, max_position_embeddings: 32, rope_theta: 100, rms_norm_eps: 1e-5,
 * };
 * const model = randomLlama(config, new Random(0));
 * const prompts = ["3 1 4", "1 5"];
 * const shown = completionsDisplay(prompts);
 * await generate(model, prompts, { maxNewTokens: 5, onText: shown.onText });
 * await shown.end();
 * ```
 */
export function completionsDisplay(
  prompts: readonly string[],
  kernel: Jupyter | null = jupyter(),
): CompletionsDisplay {
  const texts = prompts.map(() => "");
  const picture = () => ({ [jupyterDisplay]: () => bundle(prompts, texts) });
  const drawing = kernel && redraw(kernel, picture, intervalMs);
  return {
    onText(piece, index) {
      texts[index] += piece;
      drawing?.changed();
    },
    end: async () => await drawing?.end(),
  };
}

function bundle(prompts: readonly string[], texts: readonly string[]): MediaBundle {
  const blocks = prompts.map((prompt, i) =>
    `<pre style="white-space:pre-wrap"><span style="opacity:0.6">${escapeHtml(prompt)}</span>${
      escapeHtml(texts[i]!)
    }</pre>`
  );
  return {
    "text/html": blocks.join("\n"),
    "text/plain": prompts.map((prompt, i) => prompt + texts[i]).join("\n\n"),
  };
}

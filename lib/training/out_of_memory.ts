/** How TensorFlow, CUDA, C++, WebGPU, WebAssembly and JavaScript say that memory is not to be had. */
const signs = [
  /OOM when allocating|ResourceExhausted|resource exhausted/i,
  /out of memory|CUDA_ERROR_OUT_OF_MEMORY/i,
  /std::bad_alloc|cannot allocate memory|failed to allocate/i,
  /Array buffer allocation failed|cannot enlarge memory|Aborted\(\)/i,
];

/** Whether an error says that memory is not to be had. */
export function isOutOfMemory(error: unknown): boolean {
  const message = error instanceof Error ? error.message : String(error);
  return signs.some((sign) => sign.test(message));
}

/** What a training step was made of. */
export interface StepSize {
  /** Sequences and padded tokens of its largest forward pass. */
  readonly sequences: number;
  readonly tokens: number;
  readonly batch: number;
  readonly accumulation: number;
  /** The most tokens kept of one example. */
  readonly length: number;
  readonly recompute: boolean;
}

/**
 * What to do about a step that did not fit.
 *
 * @example
 * ```ts
 * import { memoryAdvice } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const step = { sequences: 4, tokens: 2048, batch: 8, accumulation: 2, length: 512, recompute: true };
 * assert.match(memoryAdvice(step), /accumulation 4/);
 * ```
 */
export function memoryAdvice(
  { sequences, tokens, batch, accumulation, length, recompute }: StepSize,
): string {
  const pass = `a pass of ${sequences} × ${tokens / sequences} tokens does not fit`;
  const smaller = `choose ${
    recompute ? "" : "recompute, "
  }a length below ${length}, a smaller rank or fewer targets`;
  if (sequences === 1) return `${pass}; ${smaller}`;
  const halved = Math.min(batch, 2 * accumulation);
  return `${pass}; accumulation ${halved} takes the same steps in passes of ${
    Math.ceil(batch / halved)
  } (batch ${batch}, accumulation ${accumulation} now), or ${smaller}`;
}

/** A step whose loss or gradient is not finite, before anything of it has reached the factors. */
export interface DivergedStep {
  readonly loss: number;
  readonly gradNorm: number;
  /** The factors that the step began with, one after the other. */
  readonly values: Float32Array;
  readonly gradient: Float32Array;
}

/** A factor by its name and how many numbers it has. */
interface Part {
  readonly name: string;
  readonly size: number;
}

/**
 * Tells in words what is not finite in a step, and where that is seen first: a factor, in the model's order; or else a
 * gradient, in the order of the backward pass, which is the model's from its end.
 */
export function describeDivergence(
  parts: readonly Part[],
  { loss, gradNorm, values, gradient }: DivergedStep,
): string {
  const what = Number.isFinite(loss) ? `the gradient's norm is ${gradNorm}` : `the loss is ${loss}`;
  const factor = notFinite(parts, values)[0];
  if (factor) return `${what}, and ${factor} is not finite before the step already`;
  const first = notFinite(parts, gradient).at(-1);
  return first ? `${what}; on the way back ${first} is the first whose gradient is not finite` : what;
}

/** The names of the factors whose part of a vector is not finite, in the model's order. */
function notFinite(parts: readonly Part[], vector: Float32Array): string[] {
  let begin = 0;
  return parts.filter(({ size }) => {
    const end = begin + size;
    let finite = true;
    for (; begin < end; begin++) finite &&= Number.isFinite(vector[begin]);
    return !finite;
  }).map(({ name }) => name);
}

/**
 * Where a host — the notebook's kernel — puts what long work should heed: `signal` is aborted when the user asks to
 * stop, and `cooperate()` announces that the caller heeds it and will end by itself, so that the host waits for it.
 */
const interruptSymbol = Symbol.for("nlora.interrupt");

interface InterruptSource {
  readonly signal: AbortSignal;
  /** Announces work that heeds the signal; the function that it returns ends the announcement. */
  cooperate(): () => void;
}

/** The host's signal for what runs now, where there is a host. */
export function interruptSignal(): AbortSignal | undefined {
  return (globalThis as { [interruptSymbol]?: InterruptSource })[interruptSymbol]?.signal;
}

/**
 * Runs work that stops by itself when the given signal or the host's is aborted: work gets a function that tells
 * whether to stop.
 */
export async function interruptible<T>(
  signal: AbortSignal | undefined,
  work: (stopping: () => boolean) => Promise<T>,
): Promise<T> {
  const source = (globalThis as { [interruptSymbol]?: InterruptSource })[interruptSymbol];
  const release = source?.cooperate();
  if (source) await new Promise((resolve) => setTimeout(resolve)); // lets the announcement reach the host
  try {
    return await work(() => signal?.aborted === true || source?.signal.aborted === true);
  } finally {
    release?.();
  }
}

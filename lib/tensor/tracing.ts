import { UsageError } from "../usage_error.ts";

let tracing = false;

/** Whether a function is being traced at the moment: it runs on tensors without numbers. */
export function isTracing(): boolean {
  return tracing;
}

/** Runs `body` as a trace. */
export function whileTracing<R>(body: () => R): R {
  tracing = true;
  try {
    return body();
  } finally {
    tracing = false;
  }
}

/** What is wrong with random numbers in a trace. */
export const frozenRandomness =
  "draws random numbers, which would be the same at every call; give them as an argument";

/** The error for what a traced function may not do, with the line where it does. */
export function traceError(what: string): UsageError {
  return new UsageError(`the compiled function ${what} (${callSite(deepStack())})`);
}

/** The stack with more calls than are kept by default: operations lie deep. */
function deepStack(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 50;
  const { stack } = new Error();
  Error.stackTraceLimit = limit;
  return stack!;
}

/** The file and line of the first call outside tfjs and this room. */
function callSite(stack: string): string {
  const lines = stack.split("\n").slice(1);
  const line = lines.find((line) => !/node_modules|\/npm\/|lib\/tensor\/|<anonymous>/.test(line));
  return /([^/\\(]+:\d+):\d+\)?$/.exec(line ?? "")?.[1] ?? "line unknown";
}

/** What went wrong in a cell, as the kernel is told. */
export interface Failure {
  readonly ename: string;
  readonly evalue: string;
  /** What happened and where, with causes and all else that an error carries. */
  readonly stack: string;
}

/** Describes anything that was thrown; it may be no error, and an error that tells lies. */
export function failureOf(thrown: unknown): Failure {
  const stack = inspected(thrown);
  if (!(thrown instanceof Error)) return { ename: "Thrown", evalue: stack, stack: `Thrown: ${stack}` };
  try {
    return { ename: String(thrown.name), evalue: String(thrown.message), stack };
  } catch {
    return { ename: "Error", evalue: "", stack };
  }
}

function inspected(thrown: unknown): string {
  try {
    return Deno.inspect(thrown).replace(/^\[([^\n]*)\]/, thrown instanceof Error ? "$1" : "$&");
  } catch {
    return "an error that cannot be shown";
  }
}

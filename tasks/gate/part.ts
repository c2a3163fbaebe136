import { showStep } from "../setup/show.ts";
import type { Progress } from "../setup/step.ts";

/** How many tests passed, failed and were skipped. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** What a part of the gate came to. */
export interface Outcome extends Counts {
  /** What to read when something failed. */
  readonly log: string;
}

/** One part of the gate; it ends by itself within `seconds`. */
export interface Part {
  readonly name: string;
  run(progress: Progress): Promise<Outcome>;
}

/** Runs lists of parts side by side, each list in its order; for parts that leave a core idle. */
export async function runSideBySide(lists: readonly (readonly Part[])[]): Promise<Counts> {
  const show: typeof showStep = (name) => showStep(name, false);
  const counts = await Promise.all(lists.map((parts) => runParts(parts, show)));
  return counts.reduce(sum);
}

/** Counts of two runs together. */
export function sum(one: Counts, other: Counts): Counts {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
  };
}

/**
 * Runs the parts in order, each told in one line, and adds up their counts. A part that throws, or that executes no
 * test, counts as one failure.
 */
export async function runParts(parts: readonly Part[], show: typeof showStep = showStep): Promise<Counts> {
  let counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const part of parts) {
    const shown = show(part.name);
    const outcome = await runPart(part, shown.update);
    const skips = outcome.skipped > 0 ? `, ${outcome.skipped} skipped` : "";
    shown.end(`${outcome.passed} passed, ${outcome.failed} failed${skips}`);
    if (outcome.failed > 0) console.log(tail(outcome.log));
    counts = sum(counts, outcome);
  }
  return counts;
}

async function runPart(part: Part, progress: Progress): Promise<Outcome> {
  try {
    const outcome = await part.run(progress);
    if (outcome.passed + outcome.failed > 0) return outcome;
    return { ...outcome, failed: 1, log: `${outcome.log}\nno test was executed` };
  } catch (error) {
    return { passed: 0, failed: 1, skipped: 0, log: error instanceof Error ? error.message : String(error) };
  }
}

function tail(log: string): string {
  const most = 20_000;
  return log.length > most ? `…${log.slice(-most)}` : log;
}

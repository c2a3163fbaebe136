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

/**
 * Runs the parts in order, each told in one line, and adds up their counts. A part that throws, or that executes no
 * test, counts as one failure.
 */
export async function runParts(parts: readonly Part[], show: typeof showStep = showStep): Promise<Counts> {
  let passed = 0, failed = 0, skipped = 0;
  for (const part of parts) {
    const shown = show(part.name);
    const outcome = await runPart(part, shown.update);
    const skips = outcome.skipped > 0 ? `, ${outcome.skipped} skipped` : "";
    shown.end(`${outcome.passed} passed, ${outcome.failed} failed${skips}`);
    if (outcome.failed > 0) console.log(tail(outcome.log));
    passed += outcome.passed;
    failed += outcome.failed;
    skipped += outcome.skipped;
  }
  return { passed, failed, skipped };
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

import { showStep } from "./show.ts";
import { type Step, Unavailable } from "./step.ts";

/** What set-up has come to. */
export interface Report {
  readonly ready: ReadonlySet<string>;
  /** Steps that are not ready, each with the reason. */
  readonly missing: ReadonlyMap<string, string>;
  /** How many steps had something to do. */
  readonly ran: number;
}

/**
 * Runs the steps in order. A step that the machine cannot do, and an optional one that fails, is told in one line; the
 * steps that need it are left out, the others go on.
 *
 * @throws {Error} If a step fails that is not optional.
 */
export async function runSteps(steps: readonly Step[], show: typeof showStep = showStep): Promise<Report> {
  const ready = new Set<string>();
  const missing = new Map<string, string>();
  let ran = 0;
  for (const step of steps) {
    const lacking = step.needs.find((name) => missing.has(name));
    if (lacking !== undefined) {
      missing.set(step.name, missing.get(lacking)!);
      continue;
    }
    if (await step.isDone()) {
      ready.add(step.name);
      continue;
    }
    ran += 1;
    const shown = show(step.name);
    try {
      shown.end(await step.run(shown.update));
      ready.add(step.name);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (!(error instanceof Unavailable) && !step.optional) {
        shown.end("failed");
        throw new Error(`set-up, step ${step.name}: ${reason}`, { cause: error });
      }
      shown.end(error instanceof Unavailable ? reason : `left out: ${reason}`);
      missing.set(step.name, reason);
    }
  }
  return { ready, missing, ran };
}

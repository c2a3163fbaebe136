import type { Report } from "./setup/run_steps.ts";

/**
 * Checks that set-up has brought the named steps.
 *
 * @throws {Error} Naming what is missing and why.
 */
export function requireReady(report: Report, ...steps: readonly string[]): void {
  const missing = steps.find((name) => !report.ready.has(name));
  if (missing !== undefined) throw new Error(`this needs ${missing}: ${report.missing.get(missing)}`);
}

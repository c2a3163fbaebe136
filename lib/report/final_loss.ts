import type { RunRecord } from "../experiments/record.ts";

const LAST = 5;

/** Mean loss of the last five steps of a run, in the unit of its task; null for a run without steps. */
export function finalLoss(record: RunRecord): number | null {
  const points = record.train?.points.slice(-LAST) ?? [];
  return points.length === 0 ? null : points.reduce((sum, point) => sum + point.loss, 0) / points.length;
}

/** One comparison: ours against a peer measured in the same run. */
export interface BenchRow {
  readonly case: string;
  readonly ours: number;
  readonly peer: number;
  /** ours / peer. */
  readonly ratio: number;
  readonly unit: string;
}

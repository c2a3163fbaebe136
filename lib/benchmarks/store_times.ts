/** What the parts of using a store took, and what they came to. */
export interface StoreTimes {
  readonly open_s: number;
  readonly filter_s: number;
  readonly plot_s: number;
  readonly runs: number;
  readonly damaged: number;
  /** Runs that the filter left. */
  readonly rows: number;
  readonly figure_bytes: number;
}

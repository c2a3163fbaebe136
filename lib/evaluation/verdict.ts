/** How one output was judged. */
export interface Verdict {
  /** What the scorer read out of the model's output; null when there was nothing to read. */
  readonly extracted: string | null;
  /** What it was compared with, in the same form. */
  readonly gold: string;
  readonly correct: boolean;
}

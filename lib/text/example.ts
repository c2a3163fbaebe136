/** One question of a task with its worked answer, as the data set gives it, before any prompt is built. */
export interface Example {
  /** Unique within the task and split, such as `gsm8k/train/17`. */
  readonly id: string;
  readonly question: string;
  /** The text that training should make the model write, to its last character. */
  readonly response: string;
  /** The expected result in the data set's own form (GSM8K: the whole answer text with its `#### 18`). */
  readonly gold: string;
}

/** The names of the files in a run's folder beside those of the adapter. */
export const runFiles = {
  record: "record.json",
  /** A line for each example as soon as it is judged: before training, and after. */
  before: "examples_before.jsonl",
  examples: "examples.jsonl",
} as const;

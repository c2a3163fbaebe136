/** The names of the files in a run's folder beside those of the adapter. */
export const runFiles = {
  record: "record.json",
  /** A line for each example as soon as it is judged, before training, and after; of a further task with its name. */
  before: (further?: string) => named("examples_before", further),
  examples: (further?: string) => named("examples", further),
} as const;

function named(stem: string, further: string | undefined): string {
  return `${stem}${further === undefined ? "" : `_${further.replaceAll("/", "-")}`}.jsonl`;
}

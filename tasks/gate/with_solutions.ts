/** What is needed of a notebook's file. */
interface NotebookFile {
  cells: unknown[];
}

/** The TypeScript blocks of a Markdown text, in their order. */
export function typeScriptBlocks(markdown: string): string[] {
  return [...markdown.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code!.trimEnd());
}

/**
 * A notebook with the solutions of its exercises as cells at its end, so that they run with what the notebook has made.
 *
 * @param notebook the text of the .ipynb file
 * @param solutions Markdown, whose TypeScript blocks are the solutions
 */
export function withSolutions(notebook: string, solutions: string): string {
  const file: NotebookFile = JSON.parse(notebook);
  const cells = typeScriptBlocks(solutions).map((source, i) => ({
    id: `solution-${i}`,
    cell_type: "code",
    execution_count: null,
    metadata: {},
    outputs: [],
    source,
  }));
  return JSON.stringify({ ...file, cells: [...file.cells, ...cells] });
}

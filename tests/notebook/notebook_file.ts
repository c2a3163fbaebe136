/** A cell of a notebook that a test writes. */
export interface TestCell {
  readonly cell_type?: "markdown" | "code";
  readonly source: string;
  readonly tags?: readonly string[];
}

/** Writes a notebook of these cells, never executed, for a kernel if one is named. */
export async function writeNotebook(
  path: string,
  cells: readonly TestCell[],
  kernel?: string,
): Promise<string> {
  const full = cells.map(({ cell_type = "code", source, tags }, i) => ({
    id: `cell-${i}`,
    cell_type,
    source,
    metadata: tags ? { tags } : {},
    ...cell_type === "code" && { outputs: [], execution_count: null },
  }));
  const metadata = kernel
    ? { kernelspec: { name: kernel, display_name: kernel, language: "typescript" } }
    : {};
  await Deno.writeTextFile(path, JSON.stringify({ cells: full, metadata, nbformat: 4, nbformat_minor: 5 }));
  return path;
}

/** The sources and printed texts of an executed notebook's cells. */
export async function readCells(path: string): Promise<{ source: string; text: string }[]> {
  const { cells } = JSON.parse(await Deno.readTextFile(path));
  const flat = (text: string | string[] = "") => [text].flat().join("");
  return cells.map(({ source, outputs = [] }: { source: string[]; outputs?: { text?: string[] }[] }) => ({
    source: flat(source),
    text: outputs.map(({ text }) => flat(text)).join(""),
  }));
}

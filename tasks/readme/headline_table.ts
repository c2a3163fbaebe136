import type { HeadlineTask } from "./headline.ts";

/** The main table in Markdown: a row for each method, for each task what the paper prints and, if it was scored here, what the runs gave. */
export function headlineTable(tasks: readonly HeadlineTask[]): string {
  const [first] = tasks;
  const isOurs = ({ rows }: HeadlineTask) => rows.some(({ ours }) => ours);
  const heads = tasks.flatMap((task) => [`${task.title}, paper`, ...isOurs(task) ? ["ours"] : []]);
  const rows = first!.rows.map(({ title }, i) => [
    title,
    ...tasks.flatMap((task) => {
      const { published, ours } = task.rows[i]!;
      return [published, ...isOurs(task) ? [ours?.value] : []].map(cell);
    }),
  ]);
  const all = [["", ...heads], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(3, ...all.map((row) => [...row[column]!].length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((text, i) => text.padEnd(widths[i]!)).join(" | ")} |`;
  return [line(all[0]!), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

function cell(value: number | null | undefined): string {
  return value == null ? "–" : String(Number(value.toFixed(2)));
}

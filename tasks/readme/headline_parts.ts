import { publishedFigures } from "../../lib/experiments/published.ts";
import { keptRecords } from "../../lib/experiments/read_records.ts";
import { headline, type HeadlineTask } from "./headline.ts";
import { headlineSvg } from "./headline_svg.ts";
import { headlineTable } from "./headline_table.ts";

/** Where the picture lies, from the project's folder. */
export const pictureFile = "docs/headline.svg";

const [begin, end] = ["<!-- made by `deno task readme` -->", "<!-- until here -->"];

/** What the README shows of the records that are kept. */
export function headlineParts(): { readonly svg: string; readonly markdown: string } {
  const tasks = headline(keptRecords("nlg"), publishedFigures("nlg"));
  const title = "GSM8K, MATH, HumanEval, MBPP by method: the paper's figures and ours";
  const words = wordsFor(tasks);
  return {
    svg: headlineSvg(tasks, { title, words }),
    markdown: `![${words}](${pictureFile})\n\n${headlineTable(tasks)}`,
  };
}

/** The README with this in its place. */
export function withHeadline(readme: string, markdown: string): string {
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md has no place for the headline: ${begin} … ${end}`);
  return `${readme.slice(0, from + begin.length)}\n\n${markdown}\n\n${readme.slice(to)}`;
}

function wordsFor(tasks: readonly HeadlineTask[]): string {
  const words = tasks.filter(({ rows }) => rows.some(({ ours }) => ours)).map(({ title, rows }) => {
    const each = rows.map(({ title, published, ours }) =>
      `${title} ${published ?? "not read"} and ${ours ? Number(ours.value.toFixed(1)) : "not run"}`
    );
    return `${title}: ${each.join(", ")}`;
  });
  return `By method the paper's figure with LLaMA-2-7B and ours with SmolLM2-135M, in percent. ${
    words.join(". ")
  }.`;
}

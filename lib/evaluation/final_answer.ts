import { lastBoxed } from "../text/last_boxed.ts";

/**
 * The answer of an output, wherever it stands: the line after its last "answer is" (in any case, with or without a colon), of
 * that the content of a box or of dollar signs if there is one; without such a line the last box; without a box the last
 * number. Null when there is nothing of these. Takes time linear in the output.
 */
export function finalAnswer(output: string): string | null {
  let start = -1;
  for (const mark of output.matchAll(/answer is[:\s]*/gi)) start = mark.index + mark[0].length;
  if (start >= 0) {
    const line = output.slice(start).split("\n", 1)[0]!.trim();
    const answer = lastBoxed(line) ?? /^\$+([^$]+)\$+/.exec(line)?.[1] ?? line;
    if (answer !== "") return answer;
  }
  return lastBoxed(output) ?? lastNumber(output);
}

/** The last number of a text, with its sign, thousands and fraction. */
export function lastNumber(text: string): string | null {
  let last: string | null = null;
  for (const [number] of text.matchAll(NUMBER)) last = number;
  return last;
}

/** The first number of a text, likewise. */
export function firstNumber(text: string): string | null {
  return text.match(NUMBER)?.[0] ?? null;
}

const NUMBER = /-?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?(?:\/\d+)?%?/g;

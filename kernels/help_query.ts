/** Cells that ask for help: `name?`, `?name`, and with two marks also for the source. */
import { findSyntaxProblem } from "./cell.ts";

/** What a cell asks about. */
export interface HelpQuery {
  readonly expression: string;
  /** 1 where the source is wanted too. */
  readonly detail: 0 | 1;
}

/** The question that a cell is, or null where it is code. */
export function helpQuery(code: string): HelpQuery | null {
  const [, before = "", expression = "", after = ""] =
    /^\s*(\?{0,2})([^?\s](?:[^\n]*[^?\s])?)(\?{0,2})\s*$/.exec(code) ?? [];
  const marks = before || after;
  if (marks === "" || findSyntaxProblem(expression) !== null) return null;
  return { expression, detail: marks === "??" ? 1 : 0 };
}

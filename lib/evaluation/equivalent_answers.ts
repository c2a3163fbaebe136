import { Complex } from "complex.js";
import type { Expression } from "./expression/expression.ts";
import { readExpression } from "./expression/read_expression.ts";

const LONGEST = 2000;
const POINTS = 8;

/**
 * Whether two answers in LaTeX or plain text have the same value: `\frac{1}{2}`, `0.5` and `50\%`; `x^2-1` and `(x-1)(x+1)`, by
 * evaluation at points that are always the same; lists and sets in any order, tuples, points and intervals element by element.
 * Integers must be equal, other numbers to a hundred-millionth. A percent sign is a unit or a hundredth, whichever fits. Units
 * and dollar signs do not count, nor the name of a variable before an `=`, unless both answers have one and they differ. What
 * cannot be read as a formula must be the same text but for spaces; of more than 2000 characters, the same text. Matrices are
 * compared element by element. Never throws; takes time linear in the text, and quadratic in the number of a list's elements.
 *
 * @example
 * ```ts
 * import { equivalentAnswers } from "nlora";
 * import assert from "node:assert/strict";
 *
 * assert.ok(equivalentAnswers("$x = 0.50$", "\\frac{1}{2}"));
 * assert.ok(equivalentAnswers("(x-1)(x+1)", "x^2-1"));
 * assert.ok(!equivalentAnswers("[1, 2]", "(1, 2)"));
 * ```
 */
export function equivalentAnswers(a: string, b: string): boolean {
  if (Math.max(a.length, b.length) > LONGEST) return a.trim() === b.trim();
  const [first, second] = [tidy(a), tidy(b)];
  return bare(first) === bare(second) || same(first, second);
}

function same(a: string, b: string): boolean {
  const [named, alsoNamed] = [assignments(a), assignments(b)];
  if (named && alsoNamed) return named.length === alsoNamed.length && sameInAnyOrder(named, alsoNamed);
  const [name, other] = [a, b].map((text) => VARIABLE.exec(text)?.[1]);
  if (name !== undefined && other !== undefined && name !== other) return false;
  const [left, right] = [a, b].map((text) => text.replace(NAME, "").trim()) as [string, string];
  const [first, second] = [elements(left), elements(right)];
  if (first === null && second === null) return sameElement(left, right);
  if (first?.brackets !== second?.brackets || first?.items.length !== second?.items.length) return false;
  if (first!.brackets !== "{}") return first!.items.every((item, i) => same(item, second!.items[i]!));
  return sameInAnyOrder(first!.items, second!.items);
}

function sameInAnyOrder(items: readonly string[], others: readonly string[]): boolean {
  const unmatched = [...others];
  return items.every((item) => {
    const at = unmatched.findIndex((other) => same(item, other));
    if (at >= 0) unmatched.splice(at, 1);
    return at >= 0;
  });
}

/** The pieces of a text such as `x=1, y=2`; null for other texts. */
function assignments(text: string): string[] | null {
  const pieces = splitOutside(text, SEPARATOR);
  return pieces.length > 1 && pieces.every((piece) => VARIABLE.test(piece)) ? pieces : null;
}

function sameElement(a: string, b: string): boolean {
  const [first, second] = [quantity(a), quantity(b)];
  if (bare(first.text) === bare(second.text)) return true;
  if ([first, second].every(({ text }) => /^-?\d{16,}$/.test(text))) return false;
  const [left, right] = [readExpression(first.text), readExpression(second.text)];
  if (left === null || right === null) return false;
  return sameValues(left, right, 1) ||
    first.percent !== second.percent && sameValues(left, right, first.percent ? 100 : 0.01);
}

/** Whether the one expression is `times` the other wherever both have a value, at three points or more. */
function sameValues(a: Expression, b: Expression, times: number): boolean {
  const names = [...new Set([...a.names, ...b.names])].sort();
  let compared = 0;
  for (let point = 0; point < (names.length > 0 ? POINTS : 1); point++) {
    const values = new Map(names.map((name, i) => [name, new Complex(coordinate(point, i))]));
    const [left, right] = [a.at(values), b.at(values).mul(times)];
    if (![left.re, left.im, right.re, right.im].every(Number.isFinite)) continue;
    if (!close(left, right)) return false;
    compared++;
  }
  return compared >= (names.length > 0 ? 3 : 1);
}

/** The value of the i-th variable at a point: irregular, of either sign, from 0.3 to 3.3 in size. */
function coordinate(point: number, i: number): number {
  const fraction = (Math.sin(12.9898 * (point + 1) + 78.233 * (i + 1)) * 43758.5453) % 1;
  return fraction < 0 ? -0.3 + 3 * fraction : 0.3 + 3 * fraction;
}

function close(a: Complex, b: Complex): boolean {
  const size = Math.max(a.abs(), b.abs());
  if (a.im === 0 && b.im === 0 && Number.isInteger(a.re) && Number.isInteger(b.re)) return a.re === b.re;
  return Math.hypot(a.re - b.re, a.im - b.im) <= 1e-8 * size + 1e-13;
}

/** The elements of a list or set (`{}`: in any order), a tuple or an interval (`(]` and so on); null for a single value. */
function elements(text: string): { brackets: string; items: string[] } | null {
  const matrix = /^\\begin\{([pbvBV]?matrix)\}(.*)\\end\{\1\}$/s.exec(text);
  if (matrix) return { brackets: "matrix", items: rows(matrix[2]!) };
  const union = splitOutside(text, /\\cup|∪/y);
  if (union.length > 1) return { brackets: "{}", items: union };
  const signs = text.includes("\\pm") ? ["+", "-"].map((sign) => text.replaceAll("\\pm", sign)) : null;
  const items = splitOutside(text, SEPARATOR);
  if (items.length > 1) return { brackets: "{}", items };
  if (signs) return { brackets: "{}", items: signs };
  const set = /^\\\{(.*)\\\}$/s.exec(text);
  if (set) return { brackets: "{}", items: splitOutside(set[1]!, /,/y) };
  const tuple = /^([(\[])(.*)([)\]])$/s.exec(text);
  const inner = tuple && splitOutside(tuple[2]!, /,/y);
  return inner && inner.length > 1 ? { brackets: tuple[1]! + tuple[3]!, items: inner } : null;
}

/** The rows of a matrix, as tuples. */
function rows(content: string): string[] {
  return content.split("\\\\").map((row) => `(${row.split("&").join(",")})`);
}

/** The pieces of a text between separators that stand in no brackets. */
function splitOutside(text: string, separator: RegExp): string[] {
  const pieces: string[] = [];
  let [depth, start] = [0, 0];
  for (let i = 0; i < text.length; i++) {
    if ("([{".includes(text[i]!)) depth++;
    if (")]}".includes(text[i]!)) depth--;
    separator.lastIndex = i;
    const found = depth === 0 ? separator.exec(text) : null;
    if (!found) continue;
    pieces.push(text.slice(start, i));
    start = i + found[0].length;
    i = start - 1;
  }
  return [...pieces, text.slice(start)].map((piece) => piece.trim()).filter((piece) => piece !== "");
}

/** An element without its unit and its percent sign. */
function quantity(element: string): { text: string; percent: boolean } {
  const number = element.replace(UNIT, "");
  const plain = ANGLE.test(number) ? number : number.replace(/\^(?:\\circ|\{\\circ\})$/, "");
  const value = plain.replace(/\\?%$/, "");
  return { text: value.trim(), percent: value !== plain };
}

const SEPARATOR = /,(?!\d{3}(?!\d))|;|\\text\{ ?(?:and|or) ?\}|\b(?:and|or)\b/y;
const NAME =
  /^(?:[a-zA-Z](?:_\w|_\{\w+\})?'*(?:\([a-z]\))?|\([a-z](?:, ?[a-z])+\)|\\text\{[^{}]*\}) *(?:=|\\in(?![a-zA-Z]))/;
const VARIABLE = /^([a-zA-Z](?:_\w|_\{\w+\})?) *=/;
const UNIT = /(?<=[\d}).])(?:\s*\\(?:text|mbox|textrm|mathrm)\{[^{}]*\}|\s+[a-zA-Z]{2,}\.?)(?:\^\{?\d\}?)?$/;
const ANGLE = /\\(?:sin|cos|tan|cot|sec|csc)(?![a-zA-Z])/;

const SIGNS: readonly (readonly [RegExp, string])[] = [
  [/\\(?:left|right|displaystyle)(?![a-zA-Z])|(?<!\\)\\[!,;:]|\\\$|\$|\\[()[\]]/g, ""],
  [/\{,\}/g, ","],
  [/(?<!\\)\\ |~|\\q?quad(?![a-zA-Z])/g, " "],
  [/π/g, "\\pi "],
  [/√/g, "\\sqrt "],
  [/[×·]/g, "*"],
  [/÷/g, "/"],
  [/−/g, "-"],
  [/∞/g, "\\infty "],
  [/°/g, "^\\circ"],
];

function tidy(answer: string): string {
  return SIGNS.reduce((text, [sign, plain]) => text.replace(sign, plain), answer).trim().replace(/[.,]$/, "")
    .trim();
}

/** A text for comparison as such: without white space (but between digits), text commands, and the case of a word. */
function bare(text: string): string {
  const plain = text.replace(/\\(?:text|mbox|textrm|mathrm|textbf)\{([^{}]*)\}/g, "$1")
    .replace(/(?<!\d)\s+|\s+(?!\d)/g, "").replace(/^\(([A-Za-z])\)$/, "$1");
  return /^[a-z]{3,}$/i.test(plain) ? plain.toLowerCase() : plain;
}

/**
 * An answer of MATH in the form in which the paper's evaluator compares it, by these rules in this order:
 *
 * 1. newlines and `\!` are deleted, a double backslash becomes a single one;
 * 2. `tfrac` and `dfrac` become `frac`;
 * 3. every `\left` and `\right` is deleted, also at the start of a longer command;
 * 4. `^{\circ}`, `^\circ` and `\$` are deleted;
 * 5. the text is cut at `\text{ ` (with the space), of which there may be one;
 * 6. `\%` is deleted, twice over (a bare `%` stays);
 * 7. ` .` becomes ` 0.`, `{.` becomes `{0.`; an empty text is done; a `.` at the start gets a 0 before it;
 * 8. with exactly one `=` and at most two characters on its left, the right side stays;
 * 9. the character after `\sqrt` is braced, unless it is a brace;
 * 10. spaces are deleted;
 * 11. the two characters after `\frac` are braced, unless they are braces;
 * 12. a text that is `0.5` becomes `\frac{1}{2}`;
 * 13. a text that is one integer over another, each written as a computer prints it, becomes a `\frac`.
 *
 * Null where a rule fails: with a second `\text{ `, nothing after `\sqrt` or `\frac`, or one `/` between other things than two integers.
 * Takes time linear in the text.
 *
 * Source: `MATH_evaluate.py` of the authors' release, whose rules are those of Hendrycks et al. 2021 (arXiv 2103.03874).
 *
 * @example
 * ```ts
 * import { normalizeMath } from "nlora";
 * import assert from "node:assert/strict";
 *
 * assert.equal(normalizeMath("x = \\dfrac12"), "\\frac{1}{2}");
 * assert.equal(normalizeMath("x/2"), null);
 * ```
 */
export function normalizeMath(answer: string): string | null {
  const plain = cutAtUnits(deleteMarks(answer))?.replaceAll("\\%", "").replaceAll("\\%", "");
  if (plain === undefined) return null;
  const numbers = plain.replaceAll(" .", " 0.").replaceAll("{.", "{0.");
  if (numbers === "") return "";
  const roots = braceRoots(rightSide(numbers.startsWith(".") ? `0${numbers}` : numbers));
  if (roots === null) return null;
  const fractions = braceFractions(roots.replaceAll(" ", ""));
  if (fractions === null) return null;
  return slashToFraction(fractions === "0.5" ? "\\frac{1}{2}" : fractions);
}

function deleteMarks(text: string): string {
  return text
    .replaceAll("\n", "").replaceAll("\\!", "").replaceAll("\\\\", "\\")
    .replaceAll("tfrac", "frac").replaceAll("dfrac", "frac")
    .replaceAll("\\left", "").replaceAll("\\right", "")
    .replaceAll("^{\\circ}", "").replaceAll("^\\circ", "").replaceAll("\\$", "");
}

function cutAtUnits(text: string): string | undefined {
  const pieces = text.split("\\text{ ");
  return pieces.length > 2 ? undefined : pieces[0];
}

function rightSide(text: string): string {
  const sides = text.split("=");
  return sides.length === 2 && /^.{0,2}$/su.test(sides[0]!) ? sides[1]! : text;
}

function braceRoots(text: string): string | null {
  const [before, ...after] = text.split("\\sqrt");
  if (after.includes("")) return null;
  return before + after.map((rest) => {
    const first = firstCharacter(rest);
    return `\\sqrt${first === "{" ? rest : `{${first}}${rest.slice(first.length)}`}`;
  }).join("");
}

function braceFractions(text: string): string | null {
  const braced: string[] = [];
  const [before, ...after] = text.split("\\frac");
  for (const rest of after) {
    if (rest === "") return null;
    const a = firstCharacter(rest);
    const b = firstCharacter(rest.slice(a.length));
    if (a === "{") braced.push(rest);
    else if (b === "") return text;
    else braced.push(`{${a}}${b === "{" ? b : `{${b}}`}${rest.slice(a.length + b.length)}`);
  }
  return [before, ...braced].join("\\frac");
}

/** A text's first character, which may be two code units long; empty for an empty text. */
function firstCharacter(text: string): string {
  return text === "" ? "" : String.fromCodePoint(text.codePointAt(0)!);
}

const INTEGER = /^\s*[-+]?\p{Nd}+(?:_\p{Nd}+)*\s*$/u; // what the evaluator's Python reads as one
const PRINTED = /^(?:0|-?[1-9][0-9]*)$/;

function slashToFraction(text: string): string | null {
  const sides = text.split("/");
  if (sides.length !== 2) return text;
  if (!sides.every((side) => INTEGER.test(side))) return null;
  return sides.every((side) => PRINTED.test(side)) ? `\\frac{${sides[0]}}{${sides[1]}}` : text;
}

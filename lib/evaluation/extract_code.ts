const FENCE = "```python";
const CUTS = ['if __name__ == "__main__":', "# Example usage", "assert"];

/**
 * The Python program in a model's output, by the rules of the script that the paper's figures are made with.
 *
 * Carriage returns go. With a "```python" in the output, the text after the first one counts, up to the first line that
 * opens with "```" (a further "```python" is deleted instead), trimmed; without that line, the whole rest; without
 * any "```python", the whole output. That is cut before `if __name__ == "__main__":`, then before `# Example usage`,
 * then before `assert`, wherever these stand, and trimmed where it was cut.
 *
 * Source: GraphPKU/PiSSA, `utils/code_process.py`. That script stops with an error where `__name__ == "__main__"`
 * stands without the `if` and the colon; here the text stays as it is.
 *
 * @example
 * ````ts
 * import { extractCode } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const output = "Here it is:\n```python\ndef two():\n    return 2\n\nassert two() == 2\n```\nIt returns 2.";
 * assert.equal(extractCode(output), "def two():\n    return 2");
 * ````
 */
export function extractCode(output: string): string {
  return CUTS.reduce(cut, unfenced(output.replaceAll("\r", "")));
}

function unfenced(text: string): string {
  const start = text.indexOf(FENCE);
  if (start < 0) return text;
  const rest = text.slice(start).trim().replaceAll(FENCE, "");
  const end = rest.indexOf("\n```");
  return end < 0 ? rest : rest.slice(0, end).trim();
}

function cut(text: string, mark: string): string {
  const at = text.indexOf(mark);
  return at < 0 ? text : text.slice(0, at).trim();
}

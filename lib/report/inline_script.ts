/** A value as JSON that can stand in a script element without ending it. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

/**
 * A script element that calls a function with an element of the page and further arguments. The function travels as its own
 * text, so that it may use nothing from outside of it.
 *
 * @param id of the element
 */
export function inlineScript<A extends unknown[]>(
  run: (root: HTMLElement, ...args: A) => void,
  id: string,
  ...args: A
): string {
  const given = args.map((arg) => `, ${scriptJson(arg)}`).join("");
  return `<script>(${run})(document.getElementById("${id}")${given})</script>`;
}

import { escapeHtml } from "./escape_html.ts";

/** What there is to say of a thing: names and values. */
export type Facts = readonly (readonly [name: string, value: string])[];

const style = "<style>.nlora-facts{border-collapse:collapse;margin:0}" +
  ".nlora-facts th,.nlora-facts td{text-align:left!important;padding:0 12px 0 0;border:0;vertical-align:top}" +
  ".nlora-facts th{font-weight:normal;opacity:.7;white-space:nowrap}</style>";

/** Facts as a table of two columns. */
export function factsHtml(facts: Facts): string {
  const rows = facts.map(([name, value]) =>
    `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`
  );
  return `${style}<table class="nlora-facts"><tbody>${rows.join("")}</tbody></table>`;
}

/** Facts as lines, the values below each other. */
export function factsText(facts: Facts): string {
  const width = Math.max(...facts.map(([name]) => name.length));
  return facts.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
}

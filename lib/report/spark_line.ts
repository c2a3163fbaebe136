import { escapeHtml } from "./escape_html.ts";
import { shortNumber } from "./short_number.ts";

const [width, height, margin] = [260, 56, 4];
/** More points are drawn as the means of as many equal groups at most. */
const mostPoints = 130;

/** Numbers as a small line, with the least and the greatest beside it; what is not finite is left out. */
export function sparkLine(numbers: readonly number[], words: string): string {
  const size = Math.ceil(numbers.length / mostPoints);
  const points = Array.from({ length: Math.ceil(numbers.length / (size || 1)) }, (_, i) => {
    const group = numbers.slice(i * size, (i + 1) * size);
    return group.reduce((sum, value) => sum + value, 0) / group.length;
  }).filter(Number.isFinite);
  if (points.length === 0) return "";
  const [least, greatest] = [Math.min(...points), Math.max(...points)];
  const x = (i: number) =>
    margin + (width - 2 * margin) * (points.length > 1 ? i / (points.length - 1) : 0.5);
  const y = (value: number) =>
    margin + (height - 2 * margin) * (greatest > least ? (greatest - value) / (greatest - least) : 0.5);
  const line = points.map((value, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  const end = `<circle cx="${x(points.length - 1).toFixed(1)}" cy="${y(points.at(-1)!).toFixed(1)}" r="3"/>`;
  return `<svg role="img" aria-label="${escapeHtml(words)}" width="${width + 60}" height="${height}" ` +
    `fill="#2387c8" font-size="11" font-family="system-ui, sans-serif">` +
    `<polyline points="${line}" fill="none" stroke="#2387c8" stroke-width="2"/>${end}` +
    `<g fill="currentColor"><text x="${width + 4}" y="11">${shortNumber(greatest)}</text>` +
    `<text x="${width + 4}" y="${height - 3}">${shortNumber(least)}</text></g></svg>`;
}

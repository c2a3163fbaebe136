import { escapeHtml } from "../../lib/report/escape_html.ts";
import { methodStyle } from "../../lib/report/method_style.ts";
import type { HeadlineRow, HeadlineTask } from "./headline.ts";

const [left, panel, gap, top, rowHeight, foot] = [118, 150, 34, 58, 30, 64];
const leastWidth = 840;

/**
 * The main table as a picture: a panel for each task that the runs were scored on, a row for each method, the paper's figure as a full
 * mark and ours as a hollow one with its 95 % interval. Its words are in `title` and `desc`.
 */
export function headlineSvg(
  tasks: readonly HeadlineTask[],
  labels: { title: string; words: string },
): string {
  const shown = tasks.filter(({ rows }) => rows.some(({ ours }) => ours));
  const methods = shown[0]!.rows;
  const width = Math.max(leastWidth, left + shown.length * (panel + gap));
  const height = top + methods.length * rowHeight + foot;
  const parts = [
    `<title>${escapeHtml(labels.title)}</title>`,
    `<desc>${escapeHtml(labels.words)}</desc>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text(10, 20, labels.title, "start", 14, "bold"),
    ...methods.map(({ title }, i) => text(left - 10, rowMiddle(i) + 4, title, "end")),
    ...shown.flatMap((task, i) => panelParts(task, left + i * (panel + gap))),
    ...legend(height - 14),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `role="img" font-family="system-ui, sans-serif">\n${parts.join("\n")}\n</svg>\n`;
}

function panelParts({ title, rows }: HeadlineTask, x0: number): string[] {
  const largest = Math.max(...rows.flatMap(({ published, ours }) => [published ?? 0, ours?.high ?? 0]));
  const step = [2, 5, 10, 20, 50].find((step) => largest / step <= 4)!;
  const end = step * Math.ceil(largest / step);
  const x = (value: number) => round(x0 + panel * value / end);
  const bottom = top + rows.length * rowHeight;
  const ticks = Array.from({ length: end / step + 1 }, (_, i) => i * step);
  const before = rows.find(({ ours }) => ours?.before != null)?.ours?.before;
  return [
    text(x0 + panel / 2, 44, `${title} (%)`, "middle", 13, "bold"),
    ...ticks.flatMap((tick) => [
      `<line x1="${x(tick)}" x2="${x(tick)}" y1="${top}" y2="${bottom}" stroke="#e5e5e5"/>`,
      text(x(tick), bottom + 16, String(tick), "middle", 11),
    ]),
    ...before == null ? [] : [
      `<line x1="${x(before)}" x2="${
        x(before)
      }" y1="${top}" y2="${bottom}" stroke="#555555" stroke-dasharray="4 3"/>`,
    ],
    ...rows.flatMap((row, i) => marks(row, rowMiddle(i), x)),
  ];
}

function marks({ method, published, ours }: HeadlineRow, y: number, x: (value: number) => number): string[] {
  const { color } = methodStyle(method);
  return [
    ...published === null ? [] : [`<circle cx="${x(published)}" cy="${y - 6}" r="5" fill="${color}"/>`],
    ...ours === null ? [] : [
      `<line x1="${x(ours.low)}" x2="${x(ours.high)}" y1="${y + 6}" y2="${
        y + 6
      }" stroke="${color}" stroke-width="2"/>`,
      `<circle cx="${x(ours.value)}" cy="${y + 6}" r="5" fill="#ffffff" stroke="${color}" stroke-width="2"/>`,
    ],
  ];
}

function legend(y: number): string[] {
  return [
    `<circle cx="${left}" cy="${y - 4}" r="5" fill="#555555"/>`,
    text(left + 12, y, "paper, LLaMA-2-7B", "start", 11),
    `<circle cx="${left + 140}" cy="${y - 4}" r="5" fill="#ffffff" stroke="#555555" stroke-width="2"/>`,
    text(left + 152, y, "ours, SmolLM2-135M, 95 % interval", "start", 11),
    `<line x1="${left + 362}" x2="${left + 362}" y1="${y - 11}" y2="${
      y + 2
    }" stroke="#555555" stroke-dasharray="4 3"/>`,
    text(left + 370, y, "ours before training", "start", 11),
    text(left + 500, y, "the scales differ from task to task", "start", 11),
  ];
}

function rowMiddle(i: number): number {
  return top + i * rowHeight + rowHeight / 2;
}

function text(x: number, y: number, words: string, anchor: string, size = 12, weight = "normal"): string {
  return `<text x="${
    round(x)
  }" y="${y}" text-anchor="${anchor}" font-size="${size}" font-weight="${weight}" fill="#222222">` +
    `${escapeHtml(words)}</text>`;
}

function round(value: number): number {
  return Math.round(10 * value) / 10;
}

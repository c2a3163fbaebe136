import { escapeHtml } from "./escape_html.ts";

/** A thing that consists of others. */
export interface Tree {
  readonly name: string;
  /** What there is to say of it. */
  readonly words: string;
  readonly parts: readonly Tree[];
}

/** The tree with equal parts whose names are numbers that follow each other as one, such as `0–29 (30 alike)`. */
export function groupAlike({ name, words, parts }: Tree): Tree {
  const groups: { first: Tree; key: string; count: number }[] = [];
  for (const part of parts) {
    const key = JSON.stringify([part.words, part.parts]);
    const last = groups.at(-1);
    if (last?.key === key && part.name === String(Number(last.first.name) + last.count)) last.count++;
    else groups.push({ first: part, key, count: 1 });
  }
  const grouped = groups.map(({ first, count }) => {
    const part = groupAlike(first);
    if (count === 1) return part;
    return { ...part, name: `${first.name}–${Number(first.name) + count - 1} (${count} alike)` };
  });
  return { name, words, parts: grouped };
}

/** A tree as HTML that unfolds without a script. */
export function treeHtml(tree: Tree, open = true): string {
  const head = `<b>${escapeHtml(tree.name)}</b> ${escapeHtml(tree.words)}`;
  if (tree.parts.length === 0) return `<div style="margin-left:1.2em">${head}</div>`;
  const parts = tree.parts.map((part) => treeHtml(part, tree.parts.length <= 2)).join("");
  return `<details style="margin-left:1.2em"${
    open ? " open" : ""
  }><summary>${head}</summary>${parts}</details>`;
}

/** A tree as lines, each part two spaces further in. */
export function treeText({ name, words, parts }: Tree, indent = ""): string {
  return [`${indent}${name} ${words}`.trimEnd(), ...parts.map((part) => treeText(part, `${indent}  `))].join(
    "\n",
  );
}

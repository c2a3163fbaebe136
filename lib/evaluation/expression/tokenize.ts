const MOST_TOKENS = 1000;

const TOKEN =
  /\s+|\\[,;:! ]|\\(?:left|right|displaystyle)(?![a-zA-Z])|(\\[a-zA-Z]+|sqrt|arcsin|arccos|arctan|sin|cos|tan|log|ln|pi|\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+|\\[%{}]|[a-zA-Z]|[-+*\/^_!()[\]{}|%])/y;

/** The tokens of a formula, words such as `sqrt` as commands; null where it has others, or more than 1000. */
export function tokenize(text: string): string[] | null {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (match === null || tokens.length === MOST_TOKENS) return null;
    const token = match[1];
    if (token !== undefined) tokens.push(/^[a-z]{2}/.test(token) ? `\\${token}` : token);
  }
  return tokens;
}

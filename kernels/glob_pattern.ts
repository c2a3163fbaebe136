/** What a pattern with `*` for any text and `?` for any character fits: the whole of a text, with all its lines. */
export function globPattern(pattern: string): RegExp {
  const parts = pattern.replace(/[\\^$.|+()[\]{}]/g, "\\$&").replaceAll("*", "[^]*").replaceAll("?", "[^]");
  return new RegExp(`^${parts}$`, "u");
}

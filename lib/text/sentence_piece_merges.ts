/** The types of pieces that other pieces are merged into. */
const NORMAL = 1;

/**
 * SentencePiece's byte-pair encoding as a list of merges: it joins any two neighbours whose text is a piece, the piece
 * of the best score first. So every way to part a piece in two is a merge, the merges in the order of their scores.
 *
 * @param types SentencePiece's: 1 for a piece, others for unknown, control, user's own and byte tokens
 */
export function sentencePieceMerges(
  tokens: readonly string[],
  scores: ArrayLike<number>,
  types: ArrayLike<number>,
): [string, string][] {
  const pieces = new Set(tokens);
  const best = [...tokens.keys()].filter((id) => types[id] === NORMAL).sort((a, b) => scores[b] - scores[a]);
  return best.flatMap((id) =>
    partings(tokens[id]).filter((parts) => parts.every((part) => pieces.has(part)))
  );
}

/** Every way to part a text in two, between characters. */
function partings(text: string): [string, string][] {
  const cuts: [string, string][] = [];
  let at = 0;
  for (const character of text) {
    if (at > 0) cuts.push([text.slice(0, at), text.slice(at)]);
    at += character.length;
  }
  return cuts;
}

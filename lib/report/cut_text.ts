/** The text if it has so many characters at most, else its beginning and `…`. */
export function cutText(text: string, characters: number): string {
  return text.length <= characters ? text : `${text.slice(0, characters - 1)}…`;
}

/** Jupyter counts places in Unicode code points, JavaScript in UTF-16 units; they differ after an emoji. */

/** The place in UTF-16 units of a place in code points; a place past the end is the end. */
export function unitsAt(text: string, points: number): number {
  let units = 0;
  for (let i = 0; i < points && units < text.length; i++) units += text.codePointAt(units)! > 0xffff ? 2 : 1;
  return units;
}

/** The place in code points of a place in UTF-16 units. */
export function pointsAt(text: string, units: number): number {
  return [...text.slice(0, units)].length;
}

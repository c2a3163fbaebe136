/** A number as figures write it: three digits, whole numbers from 1,000 with separators. */
export function shortNumber(value: number): string {
  return Math.abs(value) >= 1e3
    ? Math.round(value).toLocaleString("en-US")
    : String(Number(value.toPrecision(3)));
}

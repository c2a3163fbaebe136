const units = ["B", "kB", "MB", "GB", "TB"];

/** An amount of memory with three digits, such as `12.5 kB`; a kB is 1,000 bytes. */
export function byteText(bytes: number): string {
  let [amount, unit] = [bytes, 0];
  while (amount >= 999.5 && unit < units.length - 1) [amount, unit] = [amount / 1000, unit + 1];
  return `${Number(amount.toPrecision(3))} ${units[unit]}`;
}

/**
 * dividend / divisor as the nearest 64-bit float, as Python's `/` of two integers; infinite where that is too large.
 *
 * @param divisor above 0
 */
export function nearestQuotient(dividend: bigint, divisor: bigint): number {
  const magnitude = dividend < 0n ? -dividend : dividend;
  const shift = Math.max(0, 64 + bits(divisor) - bits(magnitude));
  const scaled = magnitude << BigInt(shift);
  // At least 60 bits, the last of them set for all that is cut off, round as the whole quotient does.
  const leading = (scaled / divisor) | (scaled % divisor === 0n ? 0n : 1n);
  const quotient = Number(leading) * 2 ** -shift;
  return dividend < 0n ? -quotient : quotient;
}

/** The bits of a number, to the next multiple of 4. */
function bits(value: bigint): number {
  return 4 * value.toString(16).length;
}

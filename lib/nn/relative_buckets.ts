/** How distances between tokens share rows of a table of relative positions. */
export interface BucketLayout {
  /**
   * Rows for each direction: half of them for single distances, the others for ranges that grow with the distance. With null
   * every distance up to `maxDistance` has a row of its own.
   */
  readonly buckets: number | null;
  /** The distance from which on all share the last row. */
  readonly maxDistance: number;
}

/** Rows of the table for each direction; the table has twice as many. */
export function bucketSpan({ buckets, maxDistance }: BucketLayout): number {
  return buckets ?? maxDistance;
}

/**
 * The rows of a table of relative positions, one for each distance query − key from n − 1 down to −n (DeBERTa's log buckets,
 * He et al. 2021, arXiv 2006.03654).
 *
 * @returns (2n) row numbers from 0 to 2·span − 1; distance 0 has row `span`
 */
export function relativeBuckets(n: number, layout: BucketLayout): Int32Array {
  const span = bucketSpan(layout);
  return Int32Array.from({ length: 2 * n }, (_, c) => {
    const row = span + bucketOf(n - 1 - c, layout);
    return Math.min(Math.max(row, 0), 2 * span - 1);
  });
}

function bucketOf(distance: number, { buckets, maxDistance }: BucketLayout): number {
  const middle = Math.floor((buckets ?? Infinity) / 2);
  const length = Math.abs(distance);
  if (length <= middle) return distance;
  const octave = Math.log(length / middle) / Math.log((maxDistance - 1) / middle);
  return Math.sign(distance) * (middle + Math.ceil(octave * (middle - 1)));
}

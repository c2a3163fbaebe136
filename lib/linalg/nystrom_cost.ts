import type { NystromCore } from "./nystrom_core.ts";
import type { Selection } from "./sampling.ts";

/** What a start costs, counted from shapes. */
export interface NystromCost {
  /** Multiplications and additions of floating-point numbers. */
  readonly flops: number;
  /** Bytes of float32 that are allocated: the factors, and what is freed on the way. */
  readonly bytes: number;
}

/** What {@linkcode nystromCost} counts for. */
export interface NystromShape {
  readonly rank: number;
  readonly core: NystromCore;
  readonly rows: Selection;
  readonly columns: Selection;
}

/**
 * The cost of {@linkcode nystrom} on a matrix (m, n). An SVD (p, q), p ≥ q, counts 14·p·q² + 8·q³, and a QR with its
 * orthonormal factor 4·q²·(p − q/3) (Golub & Van Loan 2013, figure 8.6.1 and section 5.2); the product of (p, k) and (k, q)
 * counts 2·p·k·q. A copy of numbers is no operation, so that core `copy` of the first rows and columns costs none.
 *
 * @example
 * ```ts
 * import { nystromCost } from "nlora";
 * import assert from "node:assert/strict";
 *
 * const start = { rank: 128, core: "pinv", rows: "first", columns: "first" } as const;
 * assert.equal(nystromCost(4096, 4096, start).flops, 24 * 128 ** 3 + 128 ** 2); // whatever m and n are
 * ```
 */
export function nystromCost(
  m: number,
  n: number,
  { rank: r, core, rows, columns }: NystromShape,
): NystromCost {
  const parts = [factors(m, n, r), cores[core](m, n, r), ...selections(m, n, r, rows, columns)];
  return {
    flops: parts.reduce((sum, part) => sum + part.flops, 0),
    bytes: parts.reduce((sum, part) => sum + 4 * part.floats, 0),
  };
}

interface Work {
  readonly flops: number;
  readonly floats: number;
}

const product = (p: number, k: number, q: number): Work => ({ flops: 2 * p * k * q, floats: p * q });
const svd = (p: number, q: number): Work => {
  const [long, short] = [Math.max(p, q), Math.min(p, q)];
  return { flops: 14 * long * short ** 2 + 8 * short ** 3, floats: (long + short + 1) * short };
};
const qr = (p: number, q: number): Work => ({ flops: 4 * q ** 2 * (p - q / 3), floats: p * q + q ** 2 });
const sum = (...parts: readonly Work[]): Work => ({
  flops: parts.reduce((total, part) => total + part.flops, 0),
  floats: parts.reduce((total, part) => total + part.floats, 0),
});

/** C and R, copied out of W. */
const factors = (m: number, n: number, r: number): Work => ({ flops: 0, floats: m * r + r * n });

/** V·diag(1/s)·Uᵀ (r, r). */
const pinv = (r: number): Work => sum(svd(r, r), { flops: r ** 2, floats: r ** 2 }, product(r, r, r));

const cores: { readonly [core in NystromCore]: (m: number, n: number, r: number) => Work } = {
  copy: (_m, _n, r) => ({ flops: 0, floats: r ** 2 }),
  pinv: (_m, _n, r) => sum({ flops: 0, floats: r ** 2 }, pinv(r)),
  cur: (m, n, r) =>
    sum(
      ...[qr(m, r), qr(n, r), { flops: 0, floats: r * n }, pinv(r), pinv(r)],
      ...[product(r, m, n), product(r, n, r), product(r, r, r), product(r, r, r)],
    ),
};

function selections(m: number, n: number, r: number, rows: Selection, columns: Selection): Work[] {
  const norms = { flops: 2 * m * n, floats: m * n };
  const sketch = Math.min(r + 8, m, n);
  const used = new Set([rows, columns]);
  return [
    ...[rows, columns].filter((selection) => selection === "norm").map(() => norms),
    ...used.has("leverage") ? [svd(m, n)] : [],
    ...used.has("approximate-leverage")
      ? [
        product(m, n, sketch),
        product(m, n, sketch),
        product(n, m, sketch),
        product(n, m, sketch),
        qr(m, sketch),
        qr(m, sketch),
        qr(n, sketch),
        qr(n, sketch),
        svd(sketch, sketch),
        product(m, sketch, r),
        product(n, sketch, r),
      ]
      : [],
  ];
}

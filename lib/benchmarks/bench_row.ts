/** One comparison: ours against a peer, or a limit, measured in the same run. */
export interface BenchRow {
  readonly case: string;
  readonly ours: number;
  readonly peer: number;
  /** ours / peer. */
  readonly ratio: number;
  readonly unit: string;
  /** What the two numbers sum up, by name: ours and the peer's. */
  readonly detail?: Readonly<Record<string, readonly [ours: string, peer: string]>>;
}

export function benchRow(name: string, ours: number, peer: number, unit: string): BenchRow {
  return { case: name, ours, peer, ratio: ours / peer, unit };
}

/** A row as a line for people. */
export function benchLine({ case: name, ours, peer, ratio, unit }: BenchRow): string {
  const number = (value: number) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3)).padStart(8);
  return `${name.padEnd(80)} ours ${number(ours)}  peer ${number(peer)} ${unit.padEnd(9)} ratio ${
    ratio.toPrecision(3)
  }`;
}

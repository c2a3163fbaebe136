/** The p of y = c·xᵖ that fits points best: the slope of the least-squares line through their logarithms. */
export function growthExponent(points: readonly (readonly [x: number, y: number])[]): number {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x0, y0] = [mean(logs.map(([x]) => x)), mean(logs.map(([, y]) => y))];
  return mean(logs.map(([x, y]) => (x - x0) * (y - y0))) / mean(logs.map(([x]) => (x - x0) ** 2));
}

const correlations = ["matthews", "pearson", "spearman"];

/** The value of a metric in words: correlations as they are, shares in hundredths. */
export function metricText(metric: string, value: number): string {
  return correlations.includes(metric) ? value.toFixed(3) : `${(100 * value).toFixed(1)} %`;
}

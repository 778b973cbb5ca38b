const BARS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/** `▁▁█▂ `: a bar for each number, the highest as high as there is; a gap for 0. */
export function sparkline(values: readonly number[]): string {
  const most = Math.max(0, ...values);
  return values.map((value) => (value <= 0 ? " " : (BARS[heightOf(value, most)] ?? " "))).join("");
}

function heightOf(value: number, most: number): number {
  return Math.max(0, Math.ceil((value / most) * BARS.length) - 1);
}

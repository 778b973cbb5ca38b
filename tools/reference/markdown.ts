/** A table, its columns aligned as the formatter wants them; empty for no rows. */
export function table(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const lines = [titles, ...rows].map((cells) => cells.map((text) => text.replaceAll("|", "\\|")));
  const widths = titles.map((_, column) => Math.max(3, ...lines.map((cells) => cells[column]?.length ?? 0)));
  const rendered = lines.map((cells) =>
    lineOf(cells.map((text, column) => text.padEnd(widths[column] ?? 0))),
  );
  rendered.splice(1, 0, lineOf(widths.map((width) => "-".repeat(width))));
  return [...rendered, ""];
}

function lineOf(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** The anchor that GitHub gives a heading. */
export function anchorOf(heading: string): string {
  const kept = heading.toLowerCase().replaceAll(/[^\w\- ]/g, "");
  return `#${kept.replaceAll(" ", "-")}`;
}

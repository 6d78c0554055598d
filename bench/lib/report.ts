/** One table of results: printed as text, kept as Markdown. */
export interface Report {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What was done, and each goal with whether it was met. */
  readonly notes: readonly string[];
}

export function asText({ title, head, rows, notes }: Report): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [title, ...all.map((row) => `  ${line(row)}`), ...notes.map((note) => `  ${note}`), ''].join('\n');
}

export function asMarkdown({ title, head, rows, notes }: Report): string {
  const line = (row: readonly string[]) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const table = [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
  return [`## ${title}`, table, notes.map((note) => `- ${note}`).join('\n')].filter((part) => part !== '').join('\n\n');
}

/** `goal` in words, and whether the figure reaches it. */
export const goal = (words: string, met: boolean): string => `Goal: ${words}: ${met ? 'met' : 'MISSED'}.`;

/** Progress goes to standard error, so that the tables can be kept. */
export function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** One table of results, printed as text and saved as Markdown. */
export interface Report {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** How the results were measured. */
  readonly notes: readonly string[];
  readonly goals: readonly Goal[];
}

/** A target for the results, and whether they meet it. */
export interface Goal {
  readonly words: string;
  readonly met: boolean;
}

export function asText(report: Report): string {
  const { title, head, rows } = report;
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [title, ...all.map((row) => `  ${line(row)}`), ...notesOf(report).map((note) => `  ${note}`), ''].join('\n');
}

export function asMarkdown(report: Report): string {
  const { title, head, rows } = report;
  const notes = notesOf(report);
  const line = (row: readonly string[]) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const table = [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
  return [`## ${title}`, table, notes.map((note) => `- ${note}`).join('\n')].filter((part) => part !== '').join('\n\n');
}

export const goal = (words: string, met: boolean): Goal => ({ words, met });

function notesOf({ notes, goals }: Report): readonly string[] {
  return [...notes, ...goals.map(({ words, met }) => `Goal: ${words}: ${met ? 'met' : 'MISSED'}.`)];
}

/** Writes to standard error, so that standard output contains only the tables. */
export function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}

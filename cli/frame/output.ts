/** A table row for people or an object for machines; `undefined` is an empty cell, or an absent member. */
export type Row = Readonly<Record<string, unknown>>;

/** Writes a command's results to standard output. */
export interface Output {
  readonly json: boolean;
  /** One thing: a list of its fields, or one JSON object on one line. */
  one(row: Row): void;
  /** Part of a list: rows of a table, or one JSON object a line. The first call decides the widths. */
  rows(rows: readonly Row[]): void;
  /** A sentence for people; omitted in JSON output. */
  say(sentence: string): void;
}

/**
 * @param columns of the terminal that shows the output; a table that is wider becomes a list of fields for each row
 * @default unlimited
 */
export function createOutput(json: boolean, write: (text: string) => void, columns = Number.POSITIVE_INFINITY): Output {
  let widths: ReadonlyMap<string, number> | undefined;
  let isTooWide = false;
  const list = (row: Row) => {
    const shown = Object.entries(row).filter(([, value]) => value !== undefined);
    const width = Math.max(0, ...shown.map(([name]) => name.length));
    for (const [name, value] of shown) write(`${`${name.padEnd(width)}  ${cell(value)}`.trimEnd()}\n`);
  };
  const asJson = (row: Row) => write(`${JSON.stringify(row)}\n`);
  return {
    json,
    one: (row) => {
      if (json) return asJson(row);
      list(row);
    },
    rows: (rows) => {
      if (json) return rows.forEach(asJson);
      const [first] = rows;
      if (first === undefined) return;
      if (widths === undefined) {
        widths = widthsOf(rows);
        isTooWide = lineWidth(widths) > columns;
        if (!isTooWide) write(line(Object.fromEntries(Object.keys(first).map((name) => [name, name])), widths));
      }
      for (const row of rows) {
        if (!isTooWide) write(line(row, widths));
        else {
          list(row);
          write('\n');
        }
      }
    },
    say: (sentence) => {
      if (!json) write(`${sentence}\n`);
    },
  };
}

/** Between two columns. */
const gap = '  ';

function widthsOf(rows: readonly Row[]): ReadonlyMap<string, number> {
  const names = Object.keys(rows[0] ?? {});
  return new Map(names.map((name) => [name, Math.max(name.length, ...rows.map((row) => cell(row[name]).length))]));
}

const lineWidth = (widths: ReadonlyMap<string, number>): number =>
  [...widths.values()].reduce((sum, width) => sum + width + gap.length, -gap.length);

function line(row: Row, widths: ReadonlyMap<string, number>): string {
  return `${[...widths]
    .map(([name, width]) => cell(row[name]).padEnd(width))
    .join(gap)
    .trimEnd()}\n`;
}

/** Text for a terminal: control characters, which could move its cursor, become replacement characters. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '\uFFFD');
}

/** Clients choose the names of devices, so cells are made {@link printable}. */
function cell(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = Array.isArray(value)
    ? value.join(' ')
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);
  return printable(text);
}

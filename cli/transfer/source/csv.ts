import { pipeline, Readable } from 'node:stream';
import { type CsvError, type Options, parse } from 'csv-parse';
import { parse as parseNow } from 'csv-parse/sync';
import { Failure } from '../../frame/failure.ts';
import type { Source } from './open.ts';
import type { Found, Item } from './records.ts';

const options: Options = {
  bom: false,
  relax_quotes: true,
  skip_empty_lines: true,
  // An unclosed quote must not turn the rest of the file into one record.
  max_record_size: 1_048_576,
};

/** The fields of the first row; `undefined` if it is not valid CSV. */
export function firstRow(head: string): readonly string[] | undefined {
  try {
    const rows = parseNow(head, { ...options, ...delimitersIn(head), to: 1 });
    return rows[0];
  } catch {
    return undefined;
  }
}

/**
 * The rows of a CSV file (RFC 4180); also with semicolons or tabs. Rows that cannot be read are refused.
 *
 * @param columns names of the columns, or a function that returns them for those of the first row
 */
export async function* csvRows(
  { name, head, text }: Source,
  columns: readonly string[] | ((header: readonly string[]) => readonly string[]),
): AsyncGenerator<Found> {
  const refused: CsvError[] = [];
  const parser = parse({
    ...options,
    ...delimitersIn(head),
    columns: typeof columns === 'function' ? (header: string[]) => [...columns(header)] : [...columns],
    info: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      if (error !== undefined) refused.push(error);
      return undefined;
    },
  });
  // The last line that was read.
  let last = typeof columns === 'function' ? 1 : 0;
  const refusedBefore = (line: number) => {
    const count = refused.findIndex((error) => lineOf(error) >= line);
    return refused.splice(0, count === -1 ? refused.length : count).map((error) => {
      // Such a row extends to the end of the file.
      const found = error.code === 'CSV_QUOTE_NOT_CLOSED' ? last + 1 : lineOf(error);
      last = found;
      return { from: `line ${found}`, refused: `${reasonOf(error)}${countsOf(error)}`, kind: reasonOf(error) };
    });
  };
  pipeline(Readable.from(text()), parser, () => {});
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: Item; info: { lines: number } }>) {
      yield* refusedBefore(info.lines);
      yield { from: `line ${info.lines}`, item: record };
      last = info.lines;
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`${name} is not CSV in line ${lineOf(error as CsvError)}: ${reasonOf(error as CsvError)}`);
  }
  yield* refusedBefore(Number.POSITIVE_INFINITY);
}

/**
 * Detects the separator from the first line: spreadsheets write semicolons if the comma is the decimal separator. Lines
 * may end differently, as in a file that several programs have written; only a file without line feeds has carriage
 * returns alone.
 */
function delimitersIn(head: string): Pick<Options, 'delimiter' | 'record_delimiter'> {
  const [line = ''] = head.split(/[\r\n]/, 1);
  return {
    delimiter: [',', ';', '\t'].find((delimiter) => line.includes(delimiter)) ?? ',',
    record_delimiter: head.includes('\r') && !head.includes('\n') ? ['\r'] : ['\r\n', '\n'],
  };
}

const reasons: Readonly<Record<string, string>> = {
  CSV_RECORD_INCONSISTENT_COLUMNS: 'it has a different number of fields than the first row',
  CSV_INVALID_CLOSING_QUOTE: 'a quote is not closed properly',
  CSV_QUOTE_NOT_CLOSED: 'a quote is not closed, so nothing after it can be read',
  CSV_MAX_RECORD_SIZE: 'it has more than 1 MB: is a quote not closed?',
};

const reasonOf = ({ code }: CsvError) => reasons[code] ?? `it cannot be read (${code})`;

/** How many fields a row of another length has, and how many it needs. */
function countsOf(error: CsvError): string {
  const { code, record, columns } = error as CsvError & { record?: unknown[]; columns?: number | readonly unknown[] };
  if (code !== 'CSV_RECORD_INCONSISTENT_COLUMNS' || !Array.isArray(record)) return '';
  const expected = typeof columns === 'object' ? columns.length : columns;
  return `: found ${record.length}, expected ${expected}`;
}

const lineOf = (error: CsvError) => Number((error as unknown as { lines?: number }).lines ?? 0);

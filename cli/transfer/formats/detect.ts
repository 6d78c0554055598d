import { exitCodes, Failure } from '../../frame/failure.ts';
import { members } from '../line.ts';
import { csvRows, firstRow } from '../source/csv.ts';
import type { Source } from '../source/open.ts';
import { type Found, type Item, jsonLines, jsonMembers, Members } from '../source/records.ts';
import { lineOf } from './format.ts';
import { type FormatName, fits, formatNames, systems } from './formats.ts';
import { requireFormat, unknownFormat } from './mismatch.ts';
import { fromRow, ownColumns } from './pawl.ts';

/** A source whose format is known. */
export interface Detected {
  readonly format: FormatName;
  /** Converts a record to a line of Pawl's own format. @throws Unfit */
  readonly read: (item: Item, nowMs: number) => Item;
  readonly records: AsyncGenerator<Found>;
  /** What a source without records has instead: "a header, but no rows". */
  readonly without: string;
}

/**
 * Detects the format from the beginning of a source: its syntax and the members of its first records.
 *
 * @param given the format, if specified
 * @throws Failure if no format matches, if the source does not look like the given one, or if it is empty
 */
export function detect(source: Source, given?: FormatName): Detected {
  const { head, name } = source;
  const start = head.trimStart();
  if (start === '') {
    const blank = source.isWhole
      ? 'is empty: it has only blank lines'
      : 'begins with too many blank lines: remove them';
    throw new Failure(`${name} ${head === '' ? 'is empty' : blank}`, exitCodes.usage);
  }
  if (!/^[[{]/.test(start)) return detectCsv(source, given);
  if (isJsonLines(source)) {
    return detected(nameOf(source, firstObjects(start), given), jsonLines(source), 'no accounts');
  }
  const path = pathIn(start);
  const beginning = new Members(path);
  const items = beginning.read(head) as Item[];
  if (items.length === 0 && beginning.error !== undefined) throw new Failure(`${name} is not JSON`, exitCodes.usage);
  if (items.length === 0 && beginning.isComplete) throw new Failure(`${name} has no users`, exitCodes.usage);
  // The users of a realm come late in the file, possibly after the part that was read.
  const isRealm = /"realm"\s*:\s*"/.test(start);
  const found = isRealm ? requireFormat(source, given, 'keycloak') : nameOf(source, items, given);
  return detected(found, jsonMembers(source, path), 'no users');
}

const detected = (
  format: FormatName,
  records: AsyncGenerator<Found>,
  without: string,
  own = (item: Item) => item,
): Detected => ({
  format,
  read: format === 'pawl' ? own : (item, nowMs) => lineOf(systems[format].read(item, nowMs)),
  records,
  without,
});

function detectCsv(source: Source, given: FormatName | undefined): Detected {
  const row = firstRow(source.head) ?? [];
  const ofFirebase = systems.firebase.columns ?? [];
  const header = row.map((column) => column.trim());
  // Older exports have two columns fewer. Every row ends with a comma.
  const hasNoHeader = row.length > ofFirebase.length - 2 && /^(true|false)$/.test(row[2] ?? '');
  if (hasNoHeader) {
    const format = requireFormat(source, given, 'firebase');
    return detected(format, csvRows(source, [...ofFirebase.slice(0, row.length - 1), 'end']), 'no rows');
  }
  const isOther =
    given === undefined ? Object.values(systems).some(({ fits }) => fits(asItem(header))) : given !== 'pawl';
  const columns = isOther ? header : ownColumns(header);
  const name = nameOf(source, [asItem(columns)], given);
  if (name === 'pawl') refuseUnknown(source, header, columns);
  refuseRepeated(source, header, columns);
  return detected(
    name,
    csvRows(source, () => columns),
    'a header, but no rows',
    fromRow,
  );
}

const asItem = (columns: readonly string[]): Item => Object.fromEntries(columns.map((column) => [column, '']));

/** Refuses two columns of one name: only the last one would be read. */
function refuseRepeated(source: Source, header: readonly string[], columns: readonly string[]): void {
  const repeated = columns.find((column, at) => column !== '' && columns.indexOf(column) !== at);
  if (repeated === undefined) return;
  const spelled = header.filter((_, at) => columns[at] === repeated).join(', ');
  throw new Failure(`${source.name} has the column ${repeated} more than once: ${spelled}`, exitCodes.usage);
}

/** Refuses unknown columns of Pawl's own format, which would otherwise be ignored silently. */
function refuseUnknown(source: Source, header: readonly string[], columns: readonly string[]): void {
  const named = header.map((column) => column || '(no name)');
  const unknown = named.filter((_, at) => !(members as readonly string[]).includes(columns[at] ?? ''));
  if (unknown.length === 0) return;
  throw new Failure(
    [
      `${source.name} has unknown columns: ${unknown.join(', ')}`,
      `found: ${named.join(', ')}`,
      `expected: any of ${members.join(', ')}`,
    ].join('\n'),
    exitCodes.usage,
  );
}

/**
 * Whether most lines at the beginning are separate objects, and the source is not one document with a list of users.
 */
function isJsonLines({ head, isWhole }: Source): boolean {
  if (/^\s*\[/.test(head) || /^\s*\{\s*"[Uu]sers"\s*:/.test(head)) return false;
  const lines = head.split('\n').slice(0, isWhole ? undefined : -1);
  const complete = lines.filter((line) => line.trim() !== '').slice(0, 100);
  const objects = firstObjects(complete.join('\n'));
  // A realm on one line is a document.
  if (Array.isArray(objects[0]?.users)) return false;
  return objects.length * 2 > complete.length || (complete.length > 1 && firstObjects(complete[0] ?? '').length === 1);
}

function firstObjects(head: string): Item[] {
  return head.split('\n').flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return typeof value === 'object' && value !== null && !Array.isArray(value) ? [value as Item] : [];
    } catch {
      return [];
    }
  });
}

function pathIn(start: string): string {
  if (start.startsWith('{')) return /^\{\s*"Users"/.test(start) ? '$.Users.*' : '$.users.*';
  // An export of all realms is an array of them.
  return /^\[\s*\{\s*"(id"\s*:\s*"[^"]*"\s*,\s*")?realm"\s*:/.test(start) ? '$.*.users.*' : '$.*';
}

function nameOf(source: Source, items: readonly Item[], given: FormatName | undefined): FormatName {
  const [first] = items;
  if (given !== undefined) return requireFormat(source, given, items);
  const found = formatNames.find((each) => first !== undefined && fits(each, first));
  if (found === undefined) throw unknownFormat(source, first);
  return found;
}

import { exitCodes, Failure } from '../../frame/failure.ts';
import { members } from '../line.ts';
import { csvRows, firstRow } from '../source/csv.ts';
import type { Source } from '../source/open.ts';
import { type Found, type Item, jsonLines, jsonMembers, Members } from '../source/records.ts';
import { auth0 } from './auth0.ts';
import { cognito } from './cognito.ts';
import { firebase } from './firebase.ts';
import { type Format, has, lineOf } from './format.ts';
import { keycloak } from './keycloak.ts';
import { fromRow } from './pawl.ts';
import { supabase } from './supabase.ts';

/** By name. If several match, the first is used. */
const systems = { cognito, auth0, firebase, supabase, keycloak } as const satisfies Readonly<Record<string, Format>>;

export type FormatName = keyof typeof systems | 'pawl';

export const formatNames = [...Object.keys(systems), 'pawl'] as readonly FormatName[];

/** A source whose format is known. */
export interface Detected {
  readonly format: FormatName;
  /** Converts a record to a line of Pawl's own format. @throws Unfit */
  readonly read: (item: Item, nowMs: number) => Item;
  readonly records: AsyncGenerator<Found>;
}

/**
 * Detects the format from the beginning of a source: its syntax and the members of its first record.
 *
 * @param given the format, if specified
 * @throws Failure if no format matches
 */
export function detect(source: Source, given?: FormatName): Detected {
  const { head } = source;
  const start = head.trimStart();
  if (start === '') return detected(given ?? 'pawl', jsonLines(source));
  if (!/^[[{]/.test(start)) return detectCsv(source, given);
  if (isJsonLines(source)) return detected(given ?? nameOf(source, firstObjects(start)), jsonLines(source));
  const path = pathIn(start);
  // The users of a realm come late in the file, possibly after the part that was read.
  const name =
    given ?? (/"realm"\s*:\s*"/.test(start) ? 'keycloak' : nameOf(source, new Members(path).read(head) as Item[]));
  return detected(name, jsonMembers(source, path));
}

const detected = (format: FormatName, records: AsyncGenerator<Found>, own = (item: Item) => item): Detected => ({
  format,
  read: format === 'pawl' ? own : (item, nowMs) => lineOf(systems[format].read(item, nowMs)),
  records,
});

function detectCsv(source: Source, given: FormatName | undefined): Detected {
  const row = firstRow(source.head) ?? [];
  const columns = firebase.columns ?? [];
  // Older exports have two columns fewer. Every row ends with a comma.
  const hasNoHeader = row.length > columns.length - 2 && /^(true|false)$/.test(row[2] ?? '');
  if (given === 'firebase' || (given === undefined && hasNoHeader)) {
    return detected('firebase', csvRows(source, [...columns.slice(0, row.length - 1), 'end']));
  }
  const header = Object.fromEntries(row.map((column) => [column.trim(), '']));
  const name = given ?? nameOf(source, [header]);
  refuseColumns(source, name, Object.keys(header));
  return detected(name, csvRows(source), fromRow);
}

/** Refuses unknown columns of Pawl's own format, which would otherwise be ignored silently. */
function refuseColumns(source: Source, name: FormatName, columns: readonly string[]): void {
  const unknown =
    name === 'pawl' ? columns.find((column) => !(members as readonly string[]).includes(column)) : undefined;
  if (unknown === undefined) return;
  throw new Failure(`${source.name} has a column ${unknown}; accounts have ${members.join(', ')}`, exitCodes.usage);
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
  return objects.length * 2 > complete.length && !Array.isArray(objects[0]?.users);
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

function nameOf({ name }: Source, items: readonly Item[]): FormatName {
  const [first = {}] = items;
  const found = formatNames.find((each) => (each === 'pawl' ? has(first, 'username') : systems[each].fits(first)));
  if (found !== undefined) return found;
  const members = Object.keys(first).slice(0, 8).join(', ');
  const seen = members === '' ? 'it has no users at its beginning' : `its first user has ${members}`;
  throw new Failure(
    `the format of ${name} is not known: ${seen}. Name it with --format: ${formatNames.join(', ')}`,
    exitCodes.usage,
  );
}

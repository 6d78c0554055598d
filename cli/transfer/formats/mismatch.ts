import { exitCodes, Failure } from '../../frame/failure.ts';
import { members } from '../line.ts';
import type { Source } from '../source/open.ts';
import type { Item } from '../source/records.ts';
import { type FormatName, fits, formatNames, formatTitles, isOwn, isTypical, systems } from './formats.ts';

/** Number of members that a message lists. */
const mostListed = 12;

/**
 * Checks that a source looks like the format that was specified, because another system's members would be ignored
 * silently.
 *
 * @param found the first records, or the format that the syntax identifies
 * @returns the format: the given one, otherwise the one found
 * @throws Failure if it looks like another format, or has none of the members of the given one
 */
export function requireFormat(
  source: Source,
  given: FormatName | undefined,
  found: FormatName | readonly Item[],
): FormatName {
  if (typeof found === 'string') {
    if (given === undefined || given === found) return found;
    throw otherFormat(source, given, `it looks like ${formatTitles[found]}`);
  }
  const format = given as FormatName;
  if (found.length === 0 || found.some((item) => (format === 'pawl' ? isOwn(item) : fits(format, item)))) return format;
  const other = found.map(identified).find((name) => name !== undefined && name !== format);
  if (other !== undefined) throw otherFormat(source, format, `it looks like ${formatTitles[other]}`);
  if (!found.some((item) => isTypical(format, item))) {
    if (format === 'pawl') throw withExpected(`${source.name} has no field username`, found[0]);
    throw otherFormat(source, format, described(found[0]));
  }
  return format;
}

/** The format whose own members a record has. */
function identified(item: Item): FormatName | undefined {
  if (isOwn(item)) return 'pawl';
  return formatNames.find((name) => name !== 'pawl' && systems[name].fits(item));
}

const otherFormat = ({ name }: Source, given: FormatName, why: string): Failure =>
  new Failure(
    `${name} does not look like ${formatTitles[given]}: ${why}; leave --format out, or give another: ${formatNames.filter((each) => each !== given).join(', ')}`,
    exitCodes.usage,
  );

/** No format matches, and none was specified. */
export function unknownFormat({ name }: Source, first: Item | undefined): Failure {
  return withExpected(`the format of ${name} is not known`, first);
}

function withExpected(fault: string, first: Item | undefined): Failure {
  const others = members.filter((member) => member !== 'username').join(', ');
  const lines = [
    `${fault}: ${described(first)}`,
    `expected: username, and any of ${others}`,
    `if another system exported it, name that system with --format: ${formatNames.join(', ')}`,
  ];
  return new Failure(lines.join('\n'), exitCodes.usage);
}

function described(first: Item | undefined): string {
  const names = Object.keys(first ?? {});
  if (names.length === 0) return 'it has no users at its beginning';
  const more = names.length > mostListed ? ', ...' : '';
  return `its first record has the fields ${names.slice(0, mostListed).join(', ')}${more}`;
}

/**
 * Subjects and session ids are random text, and one in 64 begins with a hyphen. A parser of options would take it for an
 * option, so it is marked before parsing. No argument contains NUL, so the mark is unambiguous.
 */
const mark = '\0';

/** The form of generated subjects and session ids: 22 characters of base64url. Options are lower case. */
const identifier = /^-(?!-[a-z-]+$)[A-Za-z0-9_-]{21}$/;

/** Marks an argument that is an identifier. */
export function markIdentifier(arg: string): string {
  return identifier.test(arg) ? mark + arg : arg;
}

/** Removes the mark from an argument or the value of an option. */
export function unmark<T>(value: T): T {
  return (typeof value === 'string' && value.startsWith(mark) ? value.slice(mark.length) : value) as T;
}

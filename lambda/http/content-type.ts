import { MIMEType } from 'node:util';
import { malformed } from './request.ts';

export type BodyFormat = 'json' | 'form';

const essences: Readonly<Record<BodyFormat, string>> = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
};

/** UTF-8 and its subset US-ASCII: every name of the IANA registry, and two common ones. An empty charset names none. */
const utf8Names: ReadonlySet<string> = new Set([
  ...['', 'utf-8', 'csutf8', 'utf8'],
  ...['us-ascii', 'iso-ir-6', 'ansi_x3.4-1968', 'ansi_x3.4-1986', 'iso_646.irv:1991', 'iso646-us', 'us', 'ibm367'],
  ...['cp367', 'csascii', 'ascii'],
]);

/**
 * The accepted format that a `Content-Type` names, in any valid spelling (RFC 9110 §8.3.1): any case, a quoted charset,
 * additional parameters.
 *
 * @throws Refusal `invalid_request` naming what the route accepts; 400 as for every other fault of a body (ADR 0010)
 */
export function requireContentType(contentType: string | undefined, accepted: readonly BodyFormat[]): BodyFormat {
  const type = parse(contentType);
  const format = accepted.find((name) => type?.essence === essences[name]);
  if (type === undefined || format === undefined) {
    throw malformed(`The content type must be ${accepted.map((name) => essences[name]).join(' or ')}.`);
  }
  if (!utf8Names.has(type.params.get('charset')?.toLowerCase() ?? 'utf-8')) {
    throw malformed('The charset of the content type must be UTF-8.');
  }
  return format;
}

function parse(contentType: string | undefined): MIMEType | undefined {
  try {
    return new MIMEType(contentType ?? '');
  } catch {
    return undefined;
  }
}

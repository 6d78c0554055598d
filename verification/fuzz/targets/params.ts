import { Refusal } from '../../../lambda/core/errors.ts';
import { cutLabel } from '../../../lambda/http/label.ts';
import { clientIdOf, scopesOf } from '../../../lambda/http/oauth-params.ts';
import { optionalParams, readParams } from '../../../lambda/http/params.ts';
import { insist, type Target } from '../target.ts';

const types = [
  'application/json',
  'application/x-www-form-urlencoded',
  'application/json; charset="UTF-8"; x=y;',
  'text/plain',
];
const names = ['grant_type', 'refresh_token', 'client_id', 'scope', 'keep_current'];
const base = { method: 'POST', path: '/', cookies: [], pathParameters: {}, sourceIp: '192.0.2.1', requestId: 'r' };

/** The body reader. The first character of the input selects the content type. Repeated names are also checked here. */
export const paramsTarget: Target = {
  name: 'parameters',
  seeds: [
    '0{"grant_type":"refresh_token","refresh_token":"pwl1.AAAA.AAAA","client_id":"app","scope":"read write"}',
    '1grant_type=refresh_token&refresh_token=pwl1.AAAA.AAAA&client_id=app&scope=read+write',
    '2{"keep_current":true,"x":{"x":[1,{"x":"}"}]},"y":"\\"\\\\"}',
    '3{}',
  ],
  dictionary: [
    ...names.map((name) => `"${name}":`),
    ...names,
    '"',
    '\\"',
    '\\\\',
    '\\u0073',
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '&',
    '=',
    '%',
    '+',
    'null',
    'true',
    '1e400',
    '"__proto__":',
    '":"',
    ' :',
    '\n',
  ],
  files: [
    'lambda/http/params.ts',
    'lambda/http/oauth-params.ts',
    'lambda/http/content-type.ts',
    'lambda/http/label.ts',
  ],
  run: (text) => {
    const type = types[Number(text[0])] ?? text[0] ?? '';
    const body = text.slice(1);
    const request = { ...base, headers: { 'content-type': type }, body };
    try {
      const params = readParams(request, ['json', 'form']);
      insist(repeats(body, params.format) !== true, 'a repeated name was taken');
      optionalParams(request);
      for (const name of names) {
        if (name !== 'keep_current') insist(params.optionalText(name, 2048) !== '', 'an empty text is a value');
        insist(Buffer.byteLength(cutLabel(params.label(name), 64) ?? 'x') <= 64, 'a label of more bytes');
      }
      const clientId = clientIdOf(params);
      insist(/^[\x21\x23-\x5b\x5d-\x7e]{1,64}$/.test(clientId), 'a client_id of other characters');
      insist(scopesOf(params)?.includes('') !== true, 'an empty scope');
      params.flag('keep_current');
      return `taken, ${params.format}`;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      insist(['invalid_request', 'invalid_scope'].includes(error.code), `threw ${String(error)}`);
      const format = type === types[1] ? 'form' : 'json';
      insist(error.message !== 'A parameter is repeated.' || repeats(body, format) !== false, 'no name was repeated');
      return error.message;
    }
  },
};

/** Whether two members of the outermost object have the same name; `undefined` if this cannot be determined here. */
function repeats(body: string, format: 'json' | 'form'): boolean | undefined {
  const found = format === 'json' ? jsonNames(body) : formNames(body);
  return found && new Set(found).size !== found.length;
}

/** Reads the member names of valid JSON, character by character. */
function jsonNames(json: string): string[] {
  const found: string[] = [];
  let depth = 0;
  for (let at = 0; at < json.length; at += 1) {
    const char = json[at];
    if (char === '{' || char === '[') depth += 1;
    if (char === '}' || char === ']') depth -= 1;
    if (char !== '"') continue;
    const start = at;
    for (at += 1; json[at] !== '"'; at += 1) if (json[at] === '\\') at += 1;
    if (depth === 1 && /^[ \t\r\n]*:/.test(json.slice(at + 1)))
      found.push(JSON.parse(json.slice(start, at + 1)) as string);
  }
  return found;
}

/** Reads the names of a form. Skips percent-encoded forms, because decoding them needs the decoder under test. */
function formNames(form: string): string[] | undefined {
  if (form.includes('%')) return undefined;
  const pairs = form.split('&').filter((pair) => pair !== '');
  return pairs.map((pair) => (pair.split('=')[0] ?? '').replaceAll('+', ' ').toWellFormed());
}

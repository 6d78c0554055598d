import { expect, test } from 'vitest';
import { optionalParams, readParams } from '../../../lambda/http/params.ts';
import { toRequest } from '../../../lambda/http/request.ts';
import { httpEvent } from '../../support/http-event.ts';
import { refusalOf } from '../../support/refusal.ts';

test.each(['', 'null', '{}', 'null\n', ' null', '\r\n\tnull ', '\ufeffnull', ' ', '\n'])(
  'if all parameters are optional, %j is a body without parameters',
  (body) => {
    expect(optionalParams(toRequest(httpEvent({ body }))).flag('a')).toBe(false);
  },
);

test.each(['nullnull', 'nul', 'null,', '\u00a0null', '"null"'])('%j is not', (body) => {
  expect(refusalOf(() => optionalParams(toRequest(httpEvent({ body })))).message).toMatch(/^The body is not/);
});

test('the time for white space is linear in its length: a quadratic one runs into the timeout', () => {
  const request = { ...toRequest(httpEvent({ body: '' })), body: `${' '.repeat(400_000)}x` };
  expect(refusalOf(() => optionalParams(request)).message).toMatch(/^The body is not/);
});

test.each(['""', 'csUTF8', 'ANSI_X3.4-1986', 'cp367', 'us', 'iso-ir-6', 'IBM367', 'csASCII', '"ISO_646.irv:1991"'])(
  'charset=%s is UTF-8 or a subset of it',
  (charset) => {
    const headers = { 'content-type': `application/json; charset=${charset}` };
    expect(readParams(toRequest(httpEvent({ headers, body: '{}' })), ['json']).format).toBe('json');
  },
);

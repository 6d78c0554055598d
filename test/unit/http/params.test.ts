import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../../lambda/core/errors.ts';
import { type Params, readParams } from '../../../lambda/http/params.ts';
import { maxBodyBytes, toRequest } from '../../../lambda/http/request.ts';
import { type EventOptions, httpEvent } from '../../support/http-event.ts';

const form = { 'content-type': 'application/x-www-form-urlencoded' };

function read(options: EventOptions, accepted: readonly ('json' | 'form')[] = ['json', 'form']): Params {
  return readParams(toRequest(httpEvent(options)), accepted);
}

const refused = (run: () => unknown, description: string) => {
  expect(run).toThrow(Refusal);
  expect(run).toThrow(description);
};

describe('content type', () => {
  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON;charset="UTF-8"',
    ' application/json ; charset=utf-8 ',
    'application/json;',
    'application/json; charset=utf-8;',
    'application/json;charset=utf8',
    'application/json; charset=US-ASCII',
    'application/json; Charset="us-ascii" ; x=y',
    'application/json; charset="ut\\f-8"',
    'application/json\t;\tcharset=UTF8',
    'APPLICATION/JSON; profile="a;charset=utf-16"; charset=utf-8',
    'application/json; boundary=x',
    'application/json;;charset=utf-8',
  ])('%j is JSON', (type) => {
    expect(read({ headers: { 'content-type': type }, body: '{}' }).format).toBe('json');
  });

  test.each([
    'application/json; charset=utf-16',
    'application/json; charset="UTF-16LE"',
    'application/json; charset=iso-8859-1',
    'application/json; charset=windows-1252;',
    'application/json; charset=utf-7',
    "application/json; charset='utf-8'",
    'application/x-www-form-urlencoded; charset=latin1',
  ])('%j: the charset is refused', (type) => {
    refused(() => read({ headers: { 'content-type': type }, body: '{}' }), 'charset of the content type must be UTF-8');
  });

  test.each([
    '',
    'text/plain',
    'application/jsonx',
    'application',
    '/json',
    'application/json, text/plain',
    'application/json, application/json',
    'multipart/form-data; boundary=x',
    'text/plain; x="application/json"',
    'text/plain;application/json',
  ])('%j is refused', (type) => {
    refused(() => read({ headers: { 'content-type': type }, body: '{}' }), 'content type');
  });

  test('a form where only JSON is taken', () => {
    refused(() => read({ headers: form, body: 'a=b' }, ['json']), 'The content type must be application/json.');
  });
});

describe('JSON', () => {
  test.each(['', 'null', '[]', '"text"', '7', '{', '{"a":1}x', "{'a':1}", '{"a":1,}', '\uFEFF[]'])('%j', (body) => {
    refused(() => read({ body }), 'The body is not');
  });

  test.each([
    '{"a":"1","a":"2"}',
    '{"a":"1","a":"1"}',
    '{"a":"1","\\u0061":"2"}',
    '{"a":{"b":1},"a":"2"}',
    '{"a":"}","b":"\\"{","a":"2"}',
    '{"__proto__":"1","__proto__":"2"}',
  ])('a name twice: %s', (body) => {
    refused(() => read({ body }), 'A parameter is repeated.');
  });

  test.each([
    '{"a":{"b":1,"b":2}}',
    '{"a":"\\"a\\":","b":"x"}',
    '{"a":"b","b":"a:","c":[{"a":1},{"a":2}]}',
    '{"a" : "x"}',
  ])('no name twice at the top: %s', (body) => {
    expect(read({ body }).has('a')).toBe(true);
  });

  test('every document without a repeated name is read as it is', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (document) => {
        const params = read({ body: JSON.stringify(document) });
        const given = Object.keys(document).filter((name) => document[name] !== null && document[name] !== '');
        expect(given.every((name) => params.has(name))).toBe(true);
      }),
    );
  });

  test('names of objects are names like others, and reach no prototype', () => {
    const params = read({ body: '{"__proto__":"mine","constructor":"c"}' });
    expect(params.text('__proto__', 9)).toBe('mine');
    expect(params.text('constructor', 9)).toBe('c');
    expect(read({ body: '{}' }).has('constructor')).toBe(false);
    expect(read({ body: '{}' }).optionalText('toString', 9)).toBeUndefined();
    expect(({} as Record<string, unknown>).mine).toBeUndefined();
  });
});

describe('forms', () => {
  const readForm = (body: string, base64 = false) => read({ headers: form, body, base64 });

  test('arrive base64-encoded', () => {
    expect(readForm('a=b+c%2Bd&e=%E2%98%8E', true).text('a', 9)).toBe('b c+d');
    expect(readForm('a=b+c%2Bd&e=%E2%98%8E', true).text('e', 9)).toBe('☎');
  });

  test('a name twice', () => {
    for (const body of ['a=1&b=2&a=1', 'a=&a=1', 'a=1&a', 'b&b'])
      refused(() => readForm(body), 'A parameter is repeated.');
  });

  test('a parameter without a value counts as omitted: RFC 6749 §3.2', () => {
    expect(readForm('a=&b').has('a') || readForm('a=&b').has('b')).toBe(false);
  });

  test('names of objects reach no prototype', () => {
    expect(readForm('__proto__=x').text('__proto__', 9)).toBe('x');
    expect(readForm('a=1').has('__proto__')).toBe(false);
  });
});

describe('values', () => {
  const params = read({ body: '{"text":"abc","empty":"","number":7,"null":null,"list":["a"],"yes":true}' });

  test('a text', () => {
    expect(params.text('text', 3, /^[a-c]+$/)).toBe('abc');
    expect(params.optionalText('absent', 3)).toBeUndefined();
    refused(() => params.text('absent', 3), 'absent is missing.');
    refused(() => params.text('text', 2), 'text is too long.');
    refused(() => params.text('text', 3, /^x/), 'text is malformed.');
    refused(() => params.text('empty', 3), 'empty must not be empty.');
    refused(() => params.text('null', 3), 'null is missing.');
  });

  test.each(['empty', 'null', 'absent'])('%s has no value', (name) => {
    expect([params.optionalText(name, 9), params.flag(name), params.has(name)]).toEqual([undefined, false, false]);
  });

  test.each(['number', 'list', 'yes'])('%s is not text', (name) => {
    refused(() => params.optionalText(name, 9), `${name} must be a string.`);
  });

  test('a flag', () => {
    expect([params.flag('yes'), params.flag('absent')]).toEqual([true, false]);
    refused(() => params.flag('text'), 'text must be true or false.');
  });
});

describe('the request', () => {
  test.each([false, true])('a body up to the cap, base64 %s', (base64) => {
    const body = JSON.stringify({ a: 'x'.repeat(maxBodyBytes - 8) });
    expect(body.length).toBe(maxBodyBytes);
    expect(read({ body, base64 }).has('a')).toBe(true);
    refused(() => read({ body: `${body} `, base64 }), 'The body is larger');
  });

  test('a body that is not UTF-8', () => {
    const event = { ...httpEvent(), body: Buffer.of(0x7b, 0xff, 0x7d).toString('base64'), isBase64Encoded: true };
    refused(() => toRequest(event), 'The body is not UTF-8.');
  });

  test.each(['refresh_token=x', 'access_token', 'a=1&Password=x', 'client_secret=x', '%74oken=x'])(
    '%s in the URL',
    (query) => {
      refused(() => toRequest(httpEvent({ query })), 'not accepted in the URL');
    },
  );

  test('other things in the URL, and no cookies and no body', () => {
    const request = toRequest(httpEvent({ query: 'a=token', method: 'GET', path: '/x' }));
    expect(request).toMatchObject({ method: 'GET', path: '/x', body: '', cookies: [], sourceIp: '192.0.2.1' });
  });

  test('cookies from the list, or from the header of other gateways', () => {
    expect(toRequest(httpEvent({ cookies: ['a=1', 'b=2'] })).cookies).toEqual(['a=1', 'b=2']);
    expect(toRequest(httpEvent({ headers: { cookie: 'a=1; b=2' } })).cookies).toEqual(['a=1', 'b=2']);
  });
});

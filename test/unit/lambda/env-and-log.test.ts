import { afterEach, describe, expect, test, vi } from 'vitest';
import { count, EnvError, json, optional, readEnv, text, words } from '../../../lambda/contract/env.ts';
import { Refusal, Unavailable } from '../../../lambda/core/errors.ts';
import { endpoint } from '../../../lambda/http/endpoint.ts';
import { readParams } from '../../../lambda/http/params.ts';
import { describeError, log } from '../../../lambda/log.ts';
import { captureLog } from '../../support/capture-log.ts';
import { httpEvent } from '../../support/http-event.ts';

afterEach(() => void vi.restoreAllMocks());

describe('readEnv', () => {
  const schema = { NAME: text, COUNT: count, WORDS: words, DOCUMENT: json };

  test('parses every value', () => {
    const source = { NAME: 'a', COUNT: '007', WORDS: ' a  b ', DOCUMENT: '{"a":1}', OTHER: 'ignored' };
    expect(readEnv(schema, source)).toEqual({ NAME: 'a', COUNT: 7, WORDS: ['a', 'b'], DOCUMENT: { a: 1 } });
    expect(readEnv({ WORDS: words }, { WORDS: '' })).toEqual({ WORDS: [] });
  });

  test('names every fault at once, and quotes no value', () => {
    const source = { NAME: '', COUNT: 'canary', DOCUMENT: '{canary' };
    const read = () => readEnv(schema, source);
    expect(read).toThrow(EnvError);
    expect(read).toThrow(
      /^bad environment: NAME must not be empty; COUNT must be a whole number; WORDS is missing; DOCUMENT is not JSON$/,
    );
  });

  test('an optional variable may be absent, but not wrong', () => {
    expect(readEnv({ N: optional(count) }, {})).toEqual({});
    expect(readEnv({ N: optional(count) }, { N: '7' })).toEqual({ N: 7 });
    expect(() => readEnv({ N: optional(count) }, { N: '' })).toThrow('N must be a whole number');
  });

  test.each(['', '-1', '1.5', '1e3', ' 1', '0x1', '1234567890123456'])('%j is not a whole number', (raw) => {
    expect(() => readEnv({ N: count }, { N: raw })).toThrow(EnvError);
  });

  test.each(['[]', 'null', '7', '"text"'])('%s is not a JSON object', (raw) => {
    expect(() => readEnv({ N: json }, { N: raw })).toThrow('N must be a JSON object');
  });
});

describe('the log', () => {
  test('one line of JSON, with the time', () => {
    const lines = captureLog();
    log({ level: 'info', route: 'refresh', outcome: 'rotated', status: 200, subject: 'a\nb' });
    expect(lines.text()).toMatch(/^[^\n]+\n$/);
    expect(lines.all()).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-.*Z$/),
        level: 'info',
        route: 'refresh',
        outcome: 'rotated',
        status: 200,
        subject: 'a\nb',
      },
    ]);
  });

  test('an error without its words', () => {
    const described = describeError(new TypeError('canary', { cause: new RangeError('canary') }));
    expect(described.name).toBe('TypeError < RangeError');
    expect(described.at.length).toBeGreaterThan(0);
    expect(described.at.length).toBeLessThanOrEqual(6);
    expect(described.at[0]).toMatch(/^at .*env-and-log\.test\.ts/);
    expect(JSON.stringify(described)).not.toContain('canary');
    expect(describeError('canary')).toEqual({ name: 'string', at: [] });
    expect(describeError(undefined)).toEqual({ name: 'undefined', at: [] });
  });

  test('words that look like a place in the code are words', () => {
    const error = new Error('first\n    at canary (canary.ts:1:1)\n  at canary');
    expect(JSON.stringify(describeError(error))).not.toContain('canary');
    expect(describeError(error).at[0]).toMatch(/env-and-log\.test\.ts/);
    const renamed = new Error('canary\n at canary');
    renamed.message = 'other words';
    expect(JSON.stringify(describeError(renamed))).not.toContain('canary');
    const bare = new Error('x');
    delete (bare as { stack?: string }).stack;
    expect(describeError(bare)).toEqual({ name: 'Error', at: [] });
  });
});

describe('canary: no secret reaches the log, whatever a request contains and however it fails', () => {
  const canary = 'canary-7f3a';
  const requests = [
    httpEvent({ body: JSON.stringify({ refresh_token: canary, password: canary, [canary]: canary }) }),
    httpEvent({ body: `{"refresh_token":"${canary}` }),
    httpEvent({ body: `{"a":"${canary}","a":"${canary}"}` }),
    httpEvent({ body: '{}', cookies: [`__Secure-pawl_rt=${canary}`], headers: { authorization: `Bearer ${canary}` } }),
    httpEvent({ query: `refresh_token=${canary}` }),
    httpEvent({ body: '{}', path: `/auth/${canary}`, headers: { 'user-agent': canary, origin: canary } }),
    httpEvent({ headers: { 'content-type': canary }, body: canary }),
  ];
  const failures = [
    undefined,
    new Refusal('invalid_grant', 'token_forged', 'fixed text'),
    new Unavailable('store_unavailable', { cause: new Error(canary) }),
    new Error(canary),
    new Error(`x\n    at ${canary}`),
    Object.assign(new SyntaxError(`Unexpected token ${canary}`), { token: canary, cause: canary }),
    canary,
    { message: canary, stack: `Error\n    at ${canary}` },
  ];

  test('in any combination', async () => {
    const lines = captureLog();
    for (const event of requests) {
      for (const failure of failures) {
        await endpoint('refresh', 1, async (request) => {
          readParams(request, ['json']);
          if (failure !== undefined) throw failure;
          return { status: 200, body: { access_token: canary }, cookies: [canary] };
        })(event);
      }
    }
    expect(lines.all().length).toBe(requests.length * failures.length);
    expect(lines.text()).not.toContain(canary);
  });
});

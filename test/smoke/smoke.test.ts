import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Target } from '../../smoke/check.ts';
import { checksFor, type Result, resultLine, runSmoke } from '../../smoke/run.ts';
import { type ProxiedService, startProxied, webApp, webAppContext } from '../integration/support/service.ts';
import { type FaultyService, type PassingAnswer, startFaulty } from './support/faulty-service.ts';

let service: ProxiedService;
let target: Target;

beforeAll(async () => {
  service = await startProxied({ context: webAppContext });
  const { username, password } = await service.addUser();
  const { url } = service.local;
  target = { url, origin: webApp.origin, credentials: { username, password }, differences: new Set(['plain-http']) };
}, 120_000);
afterAll(() => service.stop());

/** What API Gateway documents for REST APIs. */
function remapChallenge({ headers }: PassingAnswer): void {
  const challenge = headers['www-authenticate'];
  if (challenge === undefined) return;
  delete headers['www-authenticate'];
  headers['x-amzn-remapped-www-authenticate'] = challenge;
}

const failures = (results: readonly Result[]) => results.filter(({ fault }) => fault !== undefined);

test('the whole suite passes against the local runner, and reports as it goes', async () => {
  const reported: string[] = [];
  const results = await runSmoke(target, ({ name }) => reported.push(name));
  expect(failures(results).map(resultLine)).toEqual([]);
  expect(reported).toEqual(checksFor(target).map(({ name }) => name));
}, 60_000);

test('no session of the suite stays alive', async () => {
  const { Items } = (await service.table('Scan', {})) as { Items: Record<string, { S?: string }>[] };
  const sessions = Items.filter(({ sk }) => sk?.S?.startsWith('SESSION#'));
  expect(sessions.length).toBeGreaterThan(5);
  expect(new Set(sessions.map(({ status }) => status?.S))).toEqual(new Set(['revoked']));
});

test('without credentials it logs in nowhere and asks no table', async () => {
  const { credentials: _, ...safe } = target;
  service.dynamo.clear();
  expect(failures(await runSmoke(safe, () => {}))).toEqual([]);
  expect(service.dynamo.calls).toEqual([]);
});

test('an http issuer is excused on an emulator alone', async () => {
  const results = await runSmoke({ url: target.url }, () => {});
  expect(failures(results).map(({ fault }) => fault)).toEqual(['the issuer is not an https address']);
});

describe('a fault of the service is found:', () => {
  let faulty: FaultyService;
  beforeAll(async () => {
    faulty = await startFaulty(service.local.url);
  });
  afterAll(() => faulty.stop());

  /** The faults that the suite finds when answers on `path` are changed. */
  async function found(path: string, change: Parameters<FaultyService['change']>[1]): Promise<string> {
    faulty.change(path, change);
    const results = await runSmoke({ ...target, url: faulty.url, issuer: target.url }, () => {});
    return failures(results)
      .map(({ fault }) => fault)
      .join('\n');
  }

  test('none, when nothing is changed', async () => {
    expect(await found('/nowhere', () => {})).toBe('');
  }, 60_000);

  test('no fault: a challenge that API Gateway renamed, and the suite says so', async () => {
    faulty.change('*', remapChallenge);
    const results = await runSmoke({ ...target, url: faulty.url, issuer: target.url }, () => {});
    expect(failures(results)).toEqual([]);
    expect(results.flatMap(({ remark }) => remark ?? [])).toEqual([
      'the challenge came as x-amzn-remapped-www-authenticate',
    ]);
  }, 60_000);

  test.each<[string, string, Parameters<FaultyService['change']>[1], string]>([
    [
      'a private key in the JWKS',
      '/.well-known/jwks.json',
      ({ json }) => {
        for (const key of (json.keys ?? []) as Record<string, string>[]) key.d = 'AAAA';
      },
      'the members of a key is "alg,crv,d,kid,kty,use,x,y"',
    ],
    [
      'answers that may be cached',
      '/auth/refresh',
      ({ headers }) => {
        headers['cache-control'] = 'max-age=60';
      },
      'cache-control is "max-age=60"',
    ],
    [
      'an authorizer that allows every request',
      '/me',
      (answer) => {
        if (answer.status === 403) answer.status = 200;
      },
      'answered 200 Forbidden, not 403 Forbidden',
    ],
    [
      'a retry with another successor',
      '/auth/refresh',
      ({ json }) => {
        if (json.refresh_token !== undefined) json.refresh_token = `${json.refresh_token}${Math.random()}`;
      },
      'the retry got another refresh token',
    ],
    [
      'a cookie for all hosts',
      '/auth/login',
      ({ headers }) => {
        const cookie = headers['set-cookie'];
        if (cookie !== undefined) headers['set-cookie'] = `${String(cookie)}; Domain=example.com`;
      },
      'the cookie goes to other hosts too',
    ],
    [
      'a 401 without a challenge',
      '/auth/sessions',
      ({ headers }) => {
        delete headers['www-authenticate'];
      },
      'the challenge is in 0 headers, not in one',
    ],
    [
      'a challenge with another name on one route',
      '/auth/sessions',
      remapChallenge,
      'the name of the second challenge is "www-authenticate", not "x-amzn-remapped-www-authenticate"',
    ],
  ])(
    '%s',
    async (_, path, change, expected) => {
      expect(await found(path, change)).toContain(expected);
    },
    60_000,
  );
});

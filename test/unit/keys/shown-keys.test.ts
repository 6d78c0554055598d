import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { rotateKeys } from '../../../lambda/keys/rotate-all.ts';
import { knownEverywhereMs, rotationPolicy } from '../../../lambda/keys/rotation.ts';
import { insistShown } from '../../../lambda/keys/shown-keys.ts';
import { TestIssuer, unreachable } from '../../examples/support/issuer.ts';
import { captureLog } from '../../support/capture-log.ts';
import { FakeClock } from '../../support/clock.ts';
import { KeyAws } from '../../support/key-aws.ts';
import { day, rotationSettings } from '../../support/rotation-settings.ts';

/** An issuer that does not serve the JWKS: the rotation refuses to let keys into use that it does not show. */

let issuer: TestIssuer;
beforeEach(async () => {
  issuer = await TestIssuer.start();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await issuer.stop();
});

const key = () => issuer.key.jwk as never;
const answers: readonly [string, typeof unreachable, RegExp][] = [
  ['does not answer', unreachable, /does not serve the keys \(.*fetch failed/],
  ['forwards other paths alone: 404', (_request, response) => response.writeHead(404).end(), /status 404\)/],
  ['redirects', (_request, response) => response.writeHead(302, { location: '/x' }).end(), /redirect/],
  ['answers a web page', (_request, response) => response.end('<html>'), /not valid JSON/],
  ['answers another document', (_request, response) => response.end('{"keys":{}}'), /not a JWKS/],
  ['shows no keys', (_request, response) => response.end('{"keys":[null,{}]}'), /does not serve the key k1;/],
  [
    'shows another key under the same id',
    (_request, response) => response.end('{"keys":[{"kid":"k1","x":"AA","y":"BB"}]}'),
    /does not serve the key k1;/,
  ],
];

test.each(answers)('an issuer that %s is named, with the reason', async (_, answer, why) => {
  issuer.answer = answer;
  const error: unknown = await insistShown(issuer.url)([key()]).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ name: 'IssuerError' });
  expect((error as Error).message).toContain(`${issuer.url}/.well-known/jwks.json`);
  expect((error as Error).message).toMatch(why);
});

test('an issuer that shows it is well, a slash at its end or not', async () => {
  await insistShown(issuer.url)([key()]);
  await insistShown(`${issuer.url}/`)([key()]);
});

describe('a rotation', () => {
  const policy = rotationPolicy(rotationSettings);
  let clock: FakeClock;
  let aws: KeyAws;
  beforeEach(async () => {
    captureLog();
    clock = new FakeClock();
    aws = new KeyAws(clock);
    await aws.create();
  });
  const run = (force = false) =>
    rotateKeys({ ...aws.deps(), policy, insistShown: insistShown(issuer.url) }, 30, force).then(
      (reports) => reports.map(({ outcome }) => outcome).join(),
      (error: Error) => error.message,
    );
  /** The issuer shows what the parameter holds, as our own route does. */
  const showsOurs = () => {
    issuer.answer = (_request, response) => response.end(aws.publishedDocument);
  };
  const refused =
    /^keys were not rotated: signing: IssuerError: http:\/\/127.0.0.1:\d+\/.well-known\/jwks.json does not/;

  test.each([
    ['that is due', 30 * day, false, 'rotated,not_due'],
    ['by hand', 2 * day, true, 'rotated,too_early'],
    ['that is not due: it is known long before', 2 * day, false, 'not_due,not_due'],
  ])('%s is refused while the issuer does not serve the keys, and nothing changes', async (_, later, force, then) => {
    clock.advance(later);
    const before = aws.read('signing');
    expect(await run(force)).toMatch(refused);
    expect(aws.read('signing')).toBe(before);
    showsOurs();
    expect(await run(force)).toBe(then);
  });

  test('the ratchet ring rotates nevertheless', async () => {
    clock.advance(30 * day);
    const { ratchet } = aws;
    await run();
    expect(aws.ratchet.current).toEqual(ratchet.next);
  });

  test('just after a deployment the issuer is not checked: DNS and caches may not be ready yet', async () => {
    clock.advance(knownEverywhereMs - 1);
    expect(await run()).toBe('not_due,not_due');
    expect(issuer.requests).toEqual([]);
  });

  test('the log says why, so that the alarm on faults and the dead letter have a name', async () => {
    const log = captureLog();
    clock.advance(2 * day);
    await run();
    expect(log.all()).toMatchObject([
      { level: 'error', route: 'rotate-keys', ring: 'signing', outcome: 'failed', reason: 'keys_unseen' },
      { level: 'info', ring: 'ratchet', outcome: 'not_due' },
    ]);
  });
});

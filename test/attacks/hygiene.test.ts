import { describe, expect, test } from 'vitest';
import { TestIssuer } from '../examples/support/issuer.ts';
import { insistOnHygiene, secretsIn } from '../support/hygiene.ts';
import type { Entry } from '../support/transcript.ts';
import { searchTranscript } from '../support/whole-run.ts';

const password = 'correct horse & battery';

test.each([
  ['a password', `{"outcome":"${password}"}`],
  ['a password', `{"url":"?p=${encodeURIComponent(password)}"}`],
  ['a password', Buffer.from(password).toString('base64url')],
  ['a refresh token', '{"x":"pwl1.AmsxEHN1YmplY3Qtb2YtYWxpY2U.AAAA"}'],
  ['a password hash', '$argon2id$v=19$m=47104'],
  ['a ratchet key', '{"tagKey":"x"}'],
  ['a private key', `{"d":"${'A'.repeat(43)}"}`],
  ['a credential of a request', 'authorization: Bearer abcdefgh'],
])('%s is found in a line', (name, line) => {
  expect(secretsIn(line, [password])).toContain(name);
});

test('so is an access token, and the failure does not quote it', async () => {
  const issuer = await TestIssuer.start();
  await issuer.stop();
  const line = `{"token":"${issuer.token()}"}`;
  const logs = [{ line }] as unknown as Parameters<typeof insistOnHygiene>[0]['logs'];
  expect(() => insistOnHygiene({ logs, events: [] }, [])).toThrow(/^secrets were written down: a JWT in log line 1$/);
});

describe('of the whole run', () => {
  const line = '{"outcome":"rotated"}';

  test.each(['log line', 'event', 'error'] as const)('a secret of another suite is found among the %ss', (kind) => {
    const leak = () =>
      searchTranscript([
        ['log line', line],
        [kind, `{"a":"${password}"}`],
        ['canary', password],
      ]);
    expect(leak).toThrow(`secrets among the ${kind}s: a password`);
    expect(leak).not.toThrow(password);
  });

  test('what was searched is told', () => {
    const entries: readonly Entry[] = [
      ['canary', password],
      ['log line', line],
      ['log line', line],
      ['event', line],
    ];
    expect(searchTranscript(entries)).toBe("none of 1 canaries in the run's 2 log lines, 1 events");
    expect(searchTranscript([['canary', password]])).toBeUndefined();
  });
});

test('a line as it should be holds none', () => {
  const line =
    '{"time":"2026-01-01T00:00:00Z","level":"info","route":"refresh","outcome":"rotated","sessionId":"AAAAAAAAAAAAAAAAAAAAAA"}';
  expect(secretsIn(line, [password])).toEqual([]);
});

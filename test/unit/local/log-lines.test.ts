import { expect, test } from 'vitest';
import { printedLine } from '../../../local/log-lines.ts';
import { settingsInEffect, settingsOf } from '../../../local/settings-in-effect.ts';

const of = (line: object | string) => ({
  function: 'TokenServiceRefresh0123ABCD',
  time: 0,
  line: typeof line === 'string' ? line : JSON.stringify(line),
});
const request = { time: '2026-11-25T12:34:56.789Z', level: 'info', route: 'POST /auth/refresh', outcome: 'rotated' };

test('a request is one short line', () => {
  const line = of({ ...request, status: 200, durationMs: 12.4, _aws: { Timestamp: 1 } });
  expect(printedLine(line, false)).toBe('12:34:56  POST /auth/refresh  200  rotated  12 ms');
  const failed = of({ ...request, status: 503, outcome: 'temporarily_unavailable', reason: 'store_throttled' });
  expect(printedLine(failed, false)).toBe(
    '12:34:56  POST /auth/refresh  503  temporarily_unavailable (store_throttled)',
  );
});

test('with --json it is the line that CloudWatch gets', () => {
  const line = of({ ...request, status: 200 });
  expect(printedLine(line, true)).toBe(line.line);
});

test('a line that is not a request is printed as is, with the name of its function', () => {
  expect(printedLine(of('gave up on event 7'), false)).toBe('[TokenServiceRefresh] gave up on event 7');
  expect(printedLine(of('null'), false)).toBe('[TokenServiceRefresh] null');
});

test('the settings of a run are what its functions find', () => {
  const of = (Variables: object) => ({ Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables } } });
  const Resources = {
    refresh: of({ GRACE_SECONDS: '5', TABLE_NAME: { Ref: 'Table' }, ISSUER: 'https://example.com' }),
    login: of({ GRACE_SECONDS: '5', ALLOWED_ORIGINS: 'http://localhost:3000', CLIENTS: '' }),
    me: { Type: 'AWS::Lambda::Function', Properties: {} },
  };
  expect(settingsInEffect(settingsOf({ Resources }))).toBe(
    'Settings (change one: npm start -- -c key=value):\n  allowedOrigins http://localhost:3000\n  graceSeconds 5',
  );
});

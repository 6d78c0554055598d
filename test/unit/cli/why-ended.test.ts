import { expect, test } from 'vitest';
import type { SeenSession } from '../../../cli/sessions/live.ts';
import { whyEnded } from '../../../cli/sessions/why-ended.ts';

const seen = (state: string) => ({ state, session: { sessionId: 's1', subject: 'u1' } }) as SeenSession;
const said = (state: string, isLocal = false) => whyEnded(seen(state), { isLocal }).join('\n');

test('nothing of a live session', () => {
  expect(said('live')).toBe('');
});

test.each([
  ['reused', 'by sessionId s1'],
  ['logged_out', 'by sessionId s1'],
  ['replaced', 'by subject u1'],
  ['evicted', 'by subject u1'],
  ['revoked_all', 'by subject u1 (a command of pawl has no line there)'],
  ['deleted', 'by subject u1 (a command of pawl has no line there)'],
  ['account_dead', 'by subject u1 (a command of pawl has no line there)'],
])('%s: the log line is found %s', (state, how) => {
  expect(said(state)).toMatch(/^ended because /);
  expect(said(state).endsWith(`look for it in the log of the functions, ${how}`)).toBe(true);
  expect(said(state, true)).toContain('in the output of npm start -- --json, ');
});

test('no request ended an expired session', () => {
  expect(said('expired')).toBe(
    'ended because it was not refreshed within the idle timeout, or reached its absolute lifetime',
  );
});

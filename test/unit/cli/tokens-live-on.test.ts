import { expect, test } from 'vitest';
import { defaultDelaySeconds, tokensLiveOn } from '../../../cli/sessions/tokens-live-on.ts';
import { resolveSettings } from '../../../lib/resolve-settings.ts';
import { revocationDelaySeconds } from '../../../lib/settings-rules.ts';

const of = (seconds: string | undefined) => tokensLiveOn({ find: () => seconds });

test.each([
  ['600', 'within 10 minutes'],
  ['60', 'within 1 minute'],
  ['90', 'within 90 s'],
  ['5', 'within 5 s'],
  [undefined, '10 minutes by default'],
])('a deployment with a delay of %s s', (seconds, until) => {
  expect(of(seconds)).toBe(`access tokens already issued stay valid until they expire, ${until}`);
});

test('the default is that of the settings', () => {
  expect(defaultDelaySeconds).toBe(revocationDelaySeconds(resolveSettings({})));
});

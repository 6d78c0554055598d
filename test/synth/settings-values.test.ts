import { App, CfnParameter, Fn, Stack } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { shown } from '../../lambda/contract/shown.ts';
import { resolveSettings } from '../../lib/resolve-settings.ts';
import { SettingsError } from '../../lib/settings-reader.ts';
import type { TokenServiceProps } from '../../lib/token-service.ts';
import { synth } from './support/synth.ts';
import { outcome } from './support/team.ts';

/** Values that would be misread as others, or would have no effect. */

const now = Date.parse('2025-06-01T00:00:00Z');
const faultsOf = (run: () => unknown): readonly string[] => {
  const error = outcome(run);
  if (error === undefined) return [];
  if (error instanceof SettingsError) return error.faults;
  throw error;
};
const faults = (input: Readonly<Record<string, unknown>>) => faultsOf(() => resolveSettings(input, now));
const propFaults = (props: object) => faultsOf(() => synth(props as TokenServiceProps));

describe('sessionsNotBefore', () => {
  test.each([
    '2025-02-31T12:00:00Z',
    '2025-02-29T12:00:00Z',
    '2025-04-31T12:00:00+02:00',
    '2025-00-10T12:00:00Z',
    '2025-01-00T12:00:00Z',
    '2025-01-10T24:00:00Z',
    '2025-01-10T12:60:00Z',
    '2025-01-10T12:00:60Z',
    '2025-01-10T12:00:00+24:00',
    '2025-01-10T12:00:00+10:60',
  ])('%s is not an instant', (sessionsNotBefore) => {
    expect(faults({ sessionsNotBefore })).toEqual([
      `sessionsNotBefore must be epoch seconds or an instant such as 2025-01-31T12:00:00Z, not "${sessionsNotBefore}"`,
    ]);
  });

  test.each(['2024-02-29T12:00:00Z', '2025-01-31T23:59:59.999Z', '2025-05-31T12:00-11:30'])('accepts %s', (instant) => {
    expect(resolveSettings({ sessionsNotBefore: instant }, now).sessionsNotBefore).toBe(
      Math.ceil(Date.parse(instant) / 1000),
    );
  });
});

describe('a URL at domainName is served at the root of its domain', () => {
  const certificateArn = 'arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012';
  const domain = { domainName: 'a.example', certificateArn };

  test.each(['publicUrl', 'issuer'])('%s', (name) => {
    for (const url of ['https://a.example/v1', 'https://a.example:8443/v1', 'https://a.example:8443']) {
      expect(faults({ ...domain, [name]: url })).toEqual([
        `${name} must not have a port or a path on domainName: the API is served at the root of its domain`,
      ]);
    }
    for (const url of [
      'https://a.example',
      'https://id.example/v1',
      'https://a.example.com/v1',
      'https://b.a.example/v1',
    ]) {
      expect(faults({ ...domain, [name]: url })).toEqual([]);
    }
  });
});

describe('a trustedProxy header', () => {
  test.each(['cookie', 'Host', 'Authorization', 'X-Pawl-Proxy-Secret', 'User-Agent', 'X-Forwarded-Proto', 'Origin'])(
    '%s',
    (trustedProxy) => {
      expect(faults({ trustedProxy })).toEqual([
        `trustedProxy must be a header that your proxy sets to one address, such as CloudFront-Viewer-Address: ${trustedProxy.toLowerCase()} has another meaning`,
      ]);
    },
  );

  test.each(['X-Forwarded-For', 'Forwarded', 'Via'])('%s is a list', (trustedProxy) => {
    expect(faults({ trustedProxy })).toEqual([
      expect.stringMatching(`: ${trustedProxy.toLowerCase()} is a list to which every proxy appends$`),
    ]);
  });

  test.each(['CloudFront-Viewer-Address', 'X-Real-IP', 'CF-Connecting-IP', 'True-Client-IP'])(
    '%s is accepted',
    (trustedProxy) => {
      expect(faults({ trustedProxy })).toEqual([]);
    },
  );
});

test.each(['FOO', 'TRACE', 'CONNECT', 'ANY', '*', 'put', 'GETPOST'])('the method %s is refused', (method) => {
  expect(faults({ allowedMethods: [method] })).toEqual([
    `allowedMethods has "${method}", which is not one of DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT`,
  ]);
});

describe('allowedOrigins', () => {
  test.each(['capacitor://localhost/', 'CAPACITOR://localhost', 'ionic://localhost/x', 'chrome-extension://abc/'])(
    '%s: API Gateway does not accept the scheme',
    (origin) => {
      expect(faults({ allowedOrigins: [origin] })).toEqual([
        expect.stringContaining('API Gateway does not accept: its CORS accepts only http and https'),
      ]);
    },
  );

  test.each(['localhost:3000', 'app.example.com', 'app.example.com:8443', 'null', '', 'mailto:a@b.example', 5, null])(
    '%j is not an origin',
    (origin) => {
      expect(faults({ allowedOrigins: [origin] })).toEqual([
        expect.stringContaining('must be an origin such as https://app.example.com or http://localhost:3000'),
      ]);
    },
  );
});

test.each([5, true, null, {}, []])('a URL, an audience and a header must be text, not %j', (value) => {
  for (const name of ['publicUrl', 'issuer', 'audience', 'trustedProxy']) {
    expect(faults({ [name]: value })).toEqual([`${name} must be text, not ${JSON.stringify(value)}`]);
  }
});

describe('a value that is known only at deployment', () => {
  const stack = new Stack(new App(), 'Stack');
  const text = new CfnParameter(stack, 'Text').valueAsString;
  const number = new CfnParameter(stack, 'Number', { type: 'Number' }).valueAsNumber;

  test.each<[string, unknown]>([
    ['graceSeconds', number],
    ['sessionsNotBefore', number],
    ['sessionsNotBefore', text],
    ['logAllowedCalls', text],
    ['trustedProxy', text],
    ['allowedOrigins', [`https://${text}`]],
    ['allowedOrigins', Fn.split(',', text)],
    ['allowedHeaders', [text]],
    ['clients', text],
  ])('%s is refused', (name, value) => {
    expect(faults({ [name]: value })).toEqual([
      `${name} must be known at synth, and not a CDK token (a parameter or an attribute)`,
    ]);
  });

  test.each<[string, string, string?]>([
    [`http://${text}`, 'publicUrl must be https (http only for localhost and 127.0.0.1)'],
    [`https://${text}//`, 'publicUrl must be written without query, fragment or trailing slash'],
    [`https://${text}/a b`, 'publicUrl must have a path of only letters, digits and - . _ ~'],
    [`https://${text}/v1?x=1`, 'publicUrl must be written without query, fragment or trailing slash'],
    [`https://${text}/v1#x`, 'publicUrl must be written without query, fragment or trailing slash'],
  ])('the literal parts of a URL are checked: %s', (publicUrl, fault) => {
    expect(faults({ publicUrl })).toEqual([fault]);
  });

  test.each([text, `${text}/v1`, `https://${text}`, `https://${text}:${text}/v1`, `https://a.example/${text}`])(
    'the URL %s is accepted',
    (publicUrl) => {
      expect(resolveSettings({ publicUrl }, now).publicUrl).toBe(publicUrl);
    },
  );

  test('the end of a CDK URL is dropped', () => {
    expect(resolveSettings({ issuer: `https://${text}/v1/` }, now).issuer).toBe(`https://${text}/v1`);
  });

  test('throttle is refused', () => {
    expect(propFaults({ throttle: { rateLimit: number, burstLimit: number } })).toHaveLength(2);
  });
});

describe('props', () => {
  test.each([0, -1, Number.NaN, Infinity, '5', null])('a rate of %j is refused', (rateLimit) => {
    expect(propFaults({ throttle: { rateLimit } })).toEqual([
      `rateLimit of throttle must be a number above 0 that is known at synth, not ${shown(rateLimit)}`,
    ]);
  });

  test.each([0, -1, 1.5, Number.NaN])('a burst of %j is refused', (burstLimit) => {
    expect(propFaults({ throttle: { burstLimit } })).toEqual([
      `burstLimit of throttle must be a whole number above 0 that is known at synth, not ${burstLimit}`,
    ]);
  });

  test.each([0, -1, Number.NaN, Infinity, '5', null])('a threshold of %j is refused', (refreshLatency) => {
    expect(propFaults({ alarms: { refreshLatency } })).toEqual([
      `the alarm threshold refreshLatency must be a number above 0, not ${shown(refreshLatency)}`,
    ]);
  });

  test('an alarm that does not exist is refused', () => {
    expect(propFaults({ alarms: { nope: 1 } })).toEqual([
      expect.stringMatching(/^alarms has nope, which is not one of reusedTokens/),
    ]);
  });

  test('usable values are accepted', () => {
    expect(propFaults({ throttle: {}, alarms: { refreshLatency: 0.5, keyAge: undefined } })).toEqual([]);
    expect(propFaults({ throttle: { rateLimit: 0.5, burstLimit: 1 }, alarms: false })).toEqual([]);
  });
});

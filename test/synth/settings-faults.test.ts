import { describe, expect, test } from 'vitest';
import { faults, now } from './support/settings-faults.ts';

const certificateArn = 'arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012';

describe('each fault has its own message', () => {
  const whole = (name: string, range: string, value: string) =>
    `${name} must be a whole number of seconds from ${range}, not ${value}`;
  test.each<[Readonly<Record<string, unknown>>, string]>([
    [{ accessTokenTtlSeconds: 4 }, whole('accessTokenTtlSeconds', '5 to 3600', '4')],
    [{ accessTokenTtlSeconds: '3601' }, whole('accessTokenTtlSeconds', '5 to 3600', '"3601"')],
    [{ accessTokenTtlSeconds: '10m' }, whole('accessTokenTtlSeconds', '5 to 3600', '"10m"')],
    [{ accessTokenTtlSeconds: 60.5 }, whole('accessTokenTtlSeconds', '5 to 3600', '60.5')],
    [{ accessTokenTtlSeconds: '' }, whole('accessTokenTtlSeconds', '5 to 3600', '""')],
    [{ accessTokenTtlSeconds: true }, whole('accessTokenTtlSeconds', '5 to 3600', 'true')],
    [{ refreshIdleTtlSeconds: -1 }, whole('refreshIdleTtlSeconds', '5 to 34560000', '-1')],
    [{ refreshAbsoluteTtlSeconds: 34_560_001 }, whole('refreshAbsoluteTtlSeconds', '5 to 34560000', '34560001')],
    [{ graceSeconds: 601 }, whole('graceSeconds', '0 to 600', '601')],
    [{ rotationFloorSeconds: 'x' }, whole('rotationFloorSeconds', '0 to 34560000', '"x"')],
    [{ authorizerCacheSeconds: 3601 }, whole('authorizerCacheSeconds', '0 to 3600', '3601')],
    [{ maxRevocationDelaySeconds: 0 }, whole('maxRevocationDelaySeconds', '5 to 86400', '0')],
    [{ keyRotationDays: 0 }, 'keyRotationDays must be a whole number of days from 1 to 365, not 0'],
    [{ logAllowedCalls: 'yes' }, 'logAllowedCalls must be true or false, not "yes"'],
    [{ detailedMonitoring: 1 }, 'detailedMonitoring must be true or false, not 1'],
    [{ keyRotationDays: '366' }, 'keyRotationDays must be a whole number of days from 1 to 365, not "366"'],
    [
      { keyRotationDays: 1, refreshIdleTtlSeconds: 34_560_000, refreshAbsoluteTtlSeconds: 34_560_000 },
      'keyRotationDays (1) must be at least 2 with refreshAbsoluteTtlSeconds (34560000): no secret holds more than 300 old keys',
    ],
    [{ maxSessionsPerUser: 0 }, 'maxSessionsPerUser must be a whole number from 1 to 1000, not 0'],
    [
      { refreshIdleTtlSeconds: 100, refreshAbsoluteTtlSeconds: 99 },
      'refreshIdleTtlSeconds (100) must not be above refreshAbsoluteTtlSeconds (99)',
    ],
    [{ graceSeconds: 0, rotationFloorSeconds: 10 }, 'rotationFloorSeconds (10) must be 0 when graceSeconds is 0'],
    [
      { rotationFloorSeconds: 49 },
      "rotationFloorSeconds (49) must be at least 50: graceSeconds + the refresh function's timeout + 10",
    ],
    [
      { refreshIdleTtlSeconds: 50 },
      'refreshIdleTtlSeconds (50) must be above graceSeconds (30) and rotationFloorSeconds (50)',
    ],
    [
      { accessTokenTtlSeconds: 900, authorizerCacheSeconds: 1 },
      'an access token could outlive its revocation by 901 s (accessTokenTtlSeconds 900 + authorizerCacheSeconds 1), more than maxRevocationDelaySeconds (900)',
    ],
    [{ sessionsNotBefore: now }, `sessionsNotBefore must not be in the future (is it in seconds?): ${now}`],
    [
      { sessionsNotBefore: '2025-06-01T00:00:01Z' },
      'sessionsNotBefore must not be in the future: "2025-06-01T00:00:01Z"',
    ],
    [
      { sessionsNotBefore: '2025-05-01T00:00:00' },
      'sessionsNotBefore must be epoch seconds or an instant such as 2025-01-31T12:00:00Z, not "2025-05-01T00:00:00"',
    ],
    [
      { sessionsNotBefore: 'yesterday' },
      'sessionsNotBefore must be epoch seconds or an instant such as 2025-01-31T12:00:00Z, not "yesterday"',
    ],
    [
      { allowedOrigins: '*' },
      'allowedOrigins has "*", which must be an origin such as https://app.example.com or http://localhost:3000',
    ],
    [
      { allowedOrigins: 'https://*.example.com' },
      'allowedOrigins has "https://*.example.com", which must be exact, without *',
    ],
    [
      { allowedOrigins: ['http://app.example.com'] },
      'allowedOrigins has "http://app.example.com", which must be https (http only for localhost and 127.0.0.1)',
    ],
    [
      { allowedOrigins: 'https://app.example.com/' },
      'allowedOrigins has "https://app.example.com/", which must be written as an origin, without a path: https://app.example.com',
    ],
    [
      { allowedOrigins: 'https://app.example.com:443' },
      'allowedOrigins has "https://app.example.com:443", which must be written as an origin, without a path: https://app.example.com',
    ],
    [{ allowedOrigins: 7 }, 'allowedOrigins must be a list of origins, not 7'],
    [{ issuer: '' }, 'issuer must not be empty'],
    [
      { issuer: 'http://id.example.com' },
      'issuer must be https (http only for localhost and 127.0.0.1), not "http://id.example.com"',
    ],
    [
      { issuer: 'https://a.example/x/' },
      'issuer must be written without query, fragment or trailing slash: https://a.example/x',
    ],
    [
      { issuer: 'https://a.example/x?y' },
      'issuer must be written without query, fragment or trailing slash: https://a.example/x',
    ],
    [
      { publicUrl: 'https://A.example/v1' },
      'publicUrl must be written without query, fragment or trailing slash: https://a.example/v1',
    ],
    [
      { publicUrl: 'https://a.example/../v1' },
      'publicUrl must be written without query, fragment or trailing slash: https://a.example/v1',
    ],
    [{ publicUrl: 'http://u:p@a.example?x' }, 'publicUrl must not contain a username or a password'],
    [
      { publicUrl: 'http://a.example?key=secret' },
      'publicUrl must be written without query, fragment or trailing slash: http://a.example',
    ],
    [
      { publicUrl: 'https://a.example#' },
      'publicUrl must be written without query, fragment or trailing slash: https://a.example',
    ],
    [
      { publicUrl: 'https://a.example/a;b' },
      'publicUrl must have a path of only letters, digits and - . _ ~, not "https://a.example/a;b"',
    ],
    [
      { publicUrl: 'https://a.example/a%20b' },
      'publicUrl must have a path of only letters, digits and - . _ ~, not "https://a.example/a%20b"',
    ],
    [{ publicUrl: '/v1' }, 'publicUrl must be a URL such as https://auth.example.com, not "/v1"'],
    [
      { publicUrl: 'http://a.example' },
      'publicUrl must be https (http only for localhost and 127.0.0.1), not "http://a.example"',
    ],
    [
      { publicUrl: 'https://auth.example.com/v1', domainName: 'auth.example.com', certificateArn },
      'publicUrl must not have a port or a path on domainName: the API is served at the root of its domain',
    ],
    ...['capacitor://localhost', 'ionic://localhost', 'tauri://localhost', 'app://x'].map(
      (origin) =>
        [
          { allowedOrigins: origin },
          `allowedOrigins has "${origin}", which API Gateway does not accept: its CORS accepts only http and https. Call the API from ` +
            'the native side of the app, in body mode, where CORS does not apply (docs/client.md, "Apps in a web view")',
        ] as [Record<string, unknown>, string],
    ),
    [{ allowedHeaders: '*' }, 'allowedHeaders has "*", which is not one of header names'],
    [{ allowedHeaders: ['a b'] }, 'allowedHeaders has "a b", which is not one of header names'],
    [{ exposedHeaders: 7 }, 'exposedHeaders must be a list of header names, not 7'],
    [
      { allowedMethods: 'put' },
      'allowedMethods has "put", which is not one of DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT',
    ],
    [{ clients: 'a"b' }, `clients has "a\\"b", which is not one of client ids of up to 64 characters`],
    [
      { clients: ['x'.repeat(65)] },
      `clients has "${'x'.repeat(65)}", which is not one of client ids of up to 64 characters`,
    ],
    [
      { clients: Array.from({ length: 20 }, (_, index) => `${index}${'x'.repeat(58)}`) },
      'clients must have at most 1,024 characters in total',
    ],
    [{ audience: 'a b' }, 'audience must be 1 to 256 printable ASCII characters without spaces, not "a b"'],
    [{ domainName: 'auth.example.com' }, 'certificateArn is needed, as domainName and certificateArn go together'],
    [{ certificateArn }, 'domainName is needed, as domainName and certificateArn go together'],
    [
      { domainName: 'https://auth.example.com', certificateArn },
      'domainName must be a lower-case host name such as auth.example.com, not "https://auth.example.com"',
    ],
    [
      { domainName: 'a.example', certificateArn: 'arn:aws:iam::1:x' },
      'certificateArn must be the ARN of an ACM certificate, not "arn:aws:iam::1:x"',
    ],
  ])('%j', (input, fault) => {
    expect(faults(input)).toEqual([fault]);
  });
});

test('all faults are reported at once, and a rule about two settings is skipped if one of them is invalid', () => {
  expect(
    faults({
      accessTokenTtlSeconds: 'x',
      graceSeconds: -1,
      rotationFloorSeconds: 1,
      issuer: 'x',
      domainName: 'a.example',
    }),
  ).toEqual([
    'accessTokenTtlSeconds must be a whole number of seconds from 5 to 3600, not "x"',
    'graceSeconds must be a whole number of seconds from 0 to 600, not -1',
    'issuer must be a URL such as https://auth.example.com, not "x"',
    'certificateArn is needed, as domainName and certificateArn go together',
  ]);
});

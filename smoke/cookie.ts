import { type Check, must, mustBe, type Subject } from './check.ts';
import { expectError, expectOk } from './expect.ts';
import { type Answer, jsonCall } from './http.ts';

const name = '__Secure-pawl_rt';
const grant = { grant_type: 'refresh_token' };

/** Cookie mode, as a web app on an allowed origin uses it. */
export const cookieChecks: readonly Check[] = [
  {
    name: 'cookie mode: login, refresh and logout with only the cookie',
    run: async (subject) => {
      const { credentials, origin } = subject;
      must(credentials !== undefined && origin !== undefined, 'there are no credentials');
      const login = await subject.send(jsonCall('/auth/login', { ...credentials, channel: 'cookie' }, { origin }));
      expectTokensByCookie(login, origin);
      const cookie = pairOf(login);
      try {
        const refreshed = await subject.send(
          jsonCall('/auth/refresh', grant, { origin, cookie: `a=b; ${cookie}; c=d` }),
        );
        expectTokensByCookie(refreshed, origin);
        must(pairOf(refreshed) !== cookie, 'the cookie did not rotate');
        await expectOriginNeeded(subject, pairOf(refreshed));
      } finally {
        await logout(subject, cookie, origin);
      }
      expectError(await subject.send(jsonCall('/auth/refresh', grant, { origin, cookie })), 400, 'invalid_grant');
    },
  },
  {
    name: 'cookie mode: the gateway allows the preflight of the allowed origin',
    run: async (subject) => {
      const origin = subject.origin ?? '';
      const headers = {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      };
      const answer = await subject.send({ method: 'OPTIONS', path: '/auth/refresh', headers });
      must(answer.status === 200 || answer.status === 204, `the preflight returns ${answer.status}`);
      expectCors(answer, origin);
    },
  },
];

function expectTokensByCookie(answer: Answer, origin: string): void {
  expectOk(answer);
  expectCors(answer, origin);
  mustBe('refresh_token in the body', answer.json.refresh_token as string | undefined, undefined);
  mustBe('the number of cookies', answer.cookies.length, 1);
  const attributes = (answer.cookies[0] ?? '').split(';').map((part) => part.trim().toLowerCase());
  for (const wanted of ['path=/auth', 'secure', 'httponly', 'samesite=strict']) {
    must(attributes.includes(wanted), `the cookie lacks ${wanted}`);
  }
  must(
    attributes.some((attribute) => /^max-age=[1-9]\d+$/.test(attribute)),
    'the cookie has no lifetime',
  );
  must(!attributes.some((attribute) => attribute.startsWith('domain=')), 'the cookie goes to other hosts too');
}

async function expectOriginNeeded(subject: Subject, cookie: string): Promise<void> {
  for (const headers of [{ cookie }, { cookie, origin: 'https://stranger.invalid' }]) {
    expectError(await subject.send(jsonCall('/auth/refresh', grant, headers)), 400, 'invalid_request');
  }
}

async function logout(subject: Subject, cookie: string, origin: string): Promise<void> {
  const answer = await subject.send(jsonCall('/auth/revoke', {}, { origin, cookie }));
  expectOk(answer);
  must(/^__Secure-pawl_rt=;.*Max-Age=0/i.test(answer.cookies[0] ?? ''), 'logout does not clear the cookie');
}

function expectCors({ headers }: Answer, origin: string): void {
  mustBe('access-control-allow-origin', headers['access-control-allow-origin'], origin);
  mustBe('access-control-allow-credentials', headers['access-control-allow-credentials'], 'true');
}

/** `name=value` of the only cookie that a response sets. */
function pairOf(answer: Answer): string {
  const [pair = ''] = (answer.cookies[0] ?? '').split(';');
  must(pair.startsWith(`${name}=`), 'the cookie has another name');
  return pair;
}

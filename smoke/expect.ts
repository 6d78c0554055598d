import { must, mustBe } from './check.ts';
import type { Answer } from './http.ts';

/** Checks the headers that every response of a function has. */
export function expectOwnHeaders({ headers }: Answer, cacheControl = 'no-store'): void {
  mustBe('cache-control', headers['cache-control'], cacheControl);
  mustBe('pragma', headers.pragma, cacheControl === 'no-store' ? 'no-cache' : undefined);
  mustBe('content-type', headers['content-type'], 'application/json; charset=utf-8');
  mustBe('x-content-type-options', headers['x-content-type-options'], 'nosniff');
  mustBe('referrer-policy', headers['referrer-policy'], 'no-referrer');
  const [, seconds = '0'] = /^max-age=(\d+)/.exec(headers['strict-transport-security'] ?? '') ?? [];
  must(Number(seconds) >= 31_536_000, 'strict-transport-security lasts less than a year');
}

/** Checks an error response (RFC 6749 §5.2) and the service's headers. */
export function expectError(answer: Answer, status: number, error: string): void {
  must(
    answer.status === status && answer.json.error === error,
    `answered ${answer.status} ${String(answer.json.error ?? '')}, not ${status} ${error}`,
  );
  mustBe('the members of the error', Object.keys(answer.json).sort().join(), 'error,error_description');
  expectOwnHeaders(answer);
}

/** API Gateway may rename `WWW-Authenticate` to the second name. AWS documents this for REST APIs. */
const challengeNames = ['www-authenticate', 'x-amzn-remapped-www-authenticate'];

/** Checks that a 401 response has its challenge in exactly one header. @returns the name of that header */
export function expectChallenge({ headers }: Answer, challenge: string): string {
  const names = challengeNames.filter((candidate) => headers[candidate] !== undefined);
  const [name = ''] = names;
  must(
    names.length === 1,
    `the challenge is in ${names.length} headers, not in one of ${challengeNames.join(' and ')}`,
  );
  mustBe(name, headers[name], challenge);
  return name;
}

/** Checks a response that the gateway sends itself. */
export function expectGateway(answer: Answer, status: number, message: string): void {
  must(
    answer.status === status && answer.json.message === message,
    `answered ${answer.status} ${String(answer.json.message ?? '')}, not ${status} ${message}`,
  );
}

/** Checks for a 200 response. Only the text of an error is reported, because the body may contain tokens. */
export function expectOk(answer: Answer): void {
  must(answer.status === 200, `answered ${answer.status} ${String(answer.json.error ?? answer.json.message ?? '')}`);
}

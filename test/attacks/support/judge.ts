import type { APIGatewayProxyStructuredResultV2 as Result } from 'aws-lambda';
import { calls } from './memory-service.ts';
import type { Genuine } from './requests.ts';

/** Codes with which a route may refuse, by status: docs/openapi.yaml. */
export type Codes = Readonly<Record<number, readonly string[]>>;

const common: Readonly<Record<string, string>> = {
  'content-type': 'application/json; charset=utf-8',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
};

/** Refusals that are given before any store is asked, so that nonsense costs no table call. */
const free = new Set(['invalid_client', 'unsupported_grant_type', 'unsupported_token_type']);

/** What is wrong with an answer, a fault a line. */
export function faultsOf(answer: Result, codes: Codes, before: string, after: string): readonly string[] {
  const { statusCode: status = 0, headers = {}, body, cookies = [] } = answer;
  const faults: string[] = [];
  const insist = (holds: boolean, fault: string) => {
    if (!holds) faults.push(fault);
  };
  for (const [name, value] of Object.entries(common)) insist(headers[name] === value, `${name}: ${headers[name]}`);
  for (const [name, value] of Object.entries(headers)) insist(/^[\x20-\x7e]*$/.test(String(value)), `header ${name}`);
  if (status === 200 || status === 204) return faults;
  const { error, error_description: description, ...more } = JSON.parse(body ?? 'null') as Record<string, unknown>;
  insist(codes[status]?.includes(String(error)) === true, `${status} ${String(error)}`);
  insist(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/.test(String(description)), `description ${String(description)}`);
  insist(Object.keys(more).length === 0, 'more than an error');
  // A refusal may clear planted cookies; ours, on the one path that is ours, it leaves.
  const planted =
    /^__Secure-pawl_rt=; Max-Age=0; (Domain=[a-z0-9.-]+; )?Path=(?!\/auth;)[a-z/]*; Secure(; Partitioned)?$/;
  const cleared = cookies.map((line) => line.replace(/Domain=[a-z0-9.-]+; Path=\/auth;/, 'Domain=x; Path=/;'));
  insist(
    cleared.every((line) => planted.test(line)),
    'a cookie with an error',
  );
  insist(headers['cache-control'] === 'no-store' && headers.pragma === 'no-cache', 'cacheable');
  insist((status === 401) === (headers['www-authenticate'] !== undefined), `challenge with ${status}`);
  insist((status === 429) === (headers['retry-after'] !== undefined), `retry-after with ${status}`);
  insist(before === after, `${status} ${String(error)} changed something`);
  const asked = calls.reads + calls.writes + calls.counts;
  // The policy refuses a new password after the present one was checked: docs/openapi.yaml.
  const early = free.has(String(error)) || (error === 'invalid_request' && !/password/i.test(String(description)));
  insist(!early || asked === 0, `${String(error)} after ${asked} calls`);
  return faults;
}

/** What of a client's secrets stands in a text. */
export function leaked(text: string, own: Genuine): readonly string[] {
  const signature = own.accessToken.split('.')[2] ?? '';
  const [, body = '', tag = ''] = own.refreshToken.split('.');
  return [own.password, signature, body, tag].filter((secret) => text.includes(secret));
}

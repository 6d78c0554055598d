import fc from 'fast-check';
import { alice } from '../../support/world.ts';
import { anyOf, text } from './texts.ts';

/** Requests of which any part may be nonsense, or all but right. */

/** What a live session's owner knows. */
export interface Genuine {
  readonly refreshToken: string;
  readonly accessToken: string;
  readonly sessionId: string;
  readonly password: string;
  readonly origin: string;
}

/** As an HTTP API hands it over: payload 2.0. */
export interface HostileRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[] | undefined;
  readonly query: string;
  readonly pathParameters: Readonly<Record<string, string>> | undefined;
  readonly body: string | undefined;
  readonly base64: boolean;
}

/** A member's value: mostly text, at times another type. */
const memberOf = (right: string): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 24, arbitrary: anyOf(right) }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) });

function membersOf(own: Genuine): fc.Arbitrary<Record<string, unknown>> {
  const right: Readonly<Record<string, string>> = {
    username: alice.username,
    password: own.password,
    grant_type: 'refresh_token',
    refresh_token: own.refreshToken,
    token: own.refreshToken,
    client_id: 'default',
    scope: 'read',
    channel: 'body',
    device_name: 'a phone',
    token_type_hint: 'refresh_token',
    current_password: own.password,
    new_password: 'a long and new passphrase',
    email: 'alice@example.org',
  };
  const known = Object.fromEntries(Object.entries(right).map(([name, value]) => [name, memberOf(value)]));
  const required = [
    'username',
    'password',
    'grant_type',
    'refresh_token',
    'token',
    'current_password',
    'new_password',
    'email',
  ];
  return fc.oneof(
    { weight: 6, arbitrary: fc.record(known, { requiredKeys: required }) },
    { weight: 4, arbitrary: fc.record(known, { requiredKeys: [] }) },
    { weight: 1, arbitrary: fc.dictionary(text, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 6 }) },
    { weight: 1, arbitrary: fc.record({ keep_current: fc.oneof(fc.boolean(), fc.jsonValue({ maxDepth: 1 })) }) },
  );
}

const json = (members: Record<string, unknown>) => JSON.stringify(members);
const form = (members: Record<string, unknown>) =>
  Object.entries(members)
    .map(([name, value]) => `${encode(name)}=${encode(String(value))}`)
    .join('&');
const encode = (value: string) => encodeURIComponent(value.toWellFormed());

function bodyOf(own: Genuine): fc.Arbitrary<string | undefined> {
  const members = membersOf(own);
  const repeated = fc
    .tuple(members, text)
    .map(([whole, other]) =>
      json(whole).replace(/^\{/, `{${JSON.stringify(Object.keys(whole)[0] ?? 'x')}:${JSON.stringify(other)},`),
    );
  return fc.oneof(
    { weight: 8, arbitrary: members.map(json) },
    { weight: 3, arbitrary: members.map(form) },
    { weight: 1, arbitrary: repeated },
    { weight: 1, arbitrary: fc.tuple(members.map(json), fc.nat(60)).map(([whole, cut]) => whole.slice(0, -cut)) },
    { weight: 1, arbitrary: fc.oneof(text, fc.json()) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
}

const types = [
  'application/json',
  'application/json',
  'application/json',
  'application/json; charset=utf-8',
  'application/x-www-form-urlencoded',
  'text/plain',
  'application/json; charset=utf-7',
  'multipart/form-data; boundary=x',
  'application/json, text/html',
  ' APPLICATION/JSON ',
  '',
];

function headersOf(own: Genuine): fc.Arbitrary<Record<string, string>> {
  const cookie = fc.oneof(anyOf(`__Secure-pawl_rt=${own.refreshToken}`), text);
  const some = fc.record(
    {
      'content-type': fc.oneof(
        { weight: 20, arbitrary: fc.constant('application/json') },
        { weight: 9, arbitrary: fc.constantFrom(...types) },
        text,
      ),
      authorization: anyOf(`Bearer ${own.accessToken}`),
      origin: anyOf(own.origin),
      'user-agent': text,
      cookie,
    },
    { requiredKeys: ['content-type'] },
  );
  const bare = some.map(({ authorization: _left, cookie: _right, ...headers }) => headers);
  const guarded = some.map((headers) => ({ ...headers, authorization: `Bearer ${own.accessToken}` }));
  const plain = some.map(({ authorization: _left, ...headers }) => headers);
  return fc.oneof(
    some,
    bare,
    guarded,
    plain,
    fc.tuple(some, fc.dictionary(text, text, { maxKeys: 3 })).map(([a, b]) => ({ ...b, ...a })),
  );
}

export function hostileRequest(own: Genuine): fc.Arbitrary<HostileRequest> {
  const plain = fc.constantFrom('theme=dark', '__Secure-pawl_rt=');
  const cookie = fc.oneof(
    { weight: 1, arbitrary: anyOf(`__Secure-pawl_rt=${own.refreshToken}`) },
    { weight: 1, arbitrary: text },
    { weight: 6, arbitrary: plain },
  );
  return fc.record({
    headers: headersOf(own),
    cookies: fc.option(fc.array(cookie, { maxLength: 3 }), { nil: undefined, freq: 2 }),
    query: fc.oneof(
      { weight: 6, arbitrary: fc.constant('') },
      { weight: 1, arbitrary: text },
      { weight: 1, arbitrary: fc.constant('Access%5FToken=x') },
    ),
    pathParameters: fc.option(fc.record({ sid: anyOf(own.sessionId) }), { nil: undefined }),
    body: bodyOf(own),
    base64: fc.boolean(),
  });
}

/** Any value in place of any part of an event: what no gateway sends. */
export const nonsense = fc.oneof(
  fc.anything({ maxDepth: 2 }),
  fc.constantFrom<unknown>(null, undefined, 0, '', [], {}, Number.NaN),
);

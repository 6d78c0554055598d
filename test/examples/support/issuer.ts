import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export const audience = 'https://api.example.com';

export interface TestKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly jwk: Readonly<Record<string, unknown>>;
}

export function testKey(kid: string): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { kid, privateKey, publicKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' } };
}

const segment = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Any header over any payload, signed by a function of the signing input. */
export function jws(header: unknown, payload: unknown, signer: (input: string) => Buffer): string {
  const input = `${segment(header)}.${segment(payload)}`;
  return `${input}.${signer(input).toString('base64url')}`;
}

export const es256 =
  ({ privateKey }: TestKey) =>
  (input: string) =>
    sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });

/** An issuer on this machine: a JWKS server, and a key that signs. */
export class TestIssuer {
  readonly url: string;
  readonly key: TestKey = testKey('k1');
  /** What the JWKS holds. */
  keys: readonly TestKey[] = [this.key];
  /** Paths that were asked for. */
  readonly requests: string[] = [];
  /** Answers in place of the JWKS. */
  answer: RequestListener | undefined;
  readonly stop: () => Promise<void>;

  private constructor(url: string, stop: () => Promise<void>) {
    this.url = url;
    this.stop = stop;
  }

  static async start(): Promise<TestIssuer> {
    const server = createServer((request, response) => {
      issuer.requests.push(request.url ?? '');
      if (issuer.answer !== undefined) return issuer.answer(request, response);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(issuer.jwks));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const issuer = new TestIssuer(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
    return issuer;
  }

  get jwks() {
    return { keys: this.keys.map(({ jwk }) => jwk) };
  }

  /** Claims of a good access token; a claim that is `undefined` is left out. */
  claims(changed: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
    const now = Math.floor(Date.now() / 1000);
    return {
      iss: this.url,
      aud: audience,
      sub: 'u1',
      client_id: 'web',
      iat: now,
      exp: now + 600,
      jti: 'j1',
      sid: 's1',
      scope: 'orders:read',
      auth_time: now,
      ...changed,
    };
  }

  /** A good access token, but for what is changed. */
  token(
    changed: Readonly<Record<string, unknown>> = {},
    header: Readonly<Record<string, unknown>> = {},
    key = this.key,
  ): string {
    return jws({ alg: 'ES256', typ: 'at+jwt', kid: key.kid, ...header }, this.claims(changed), es256(key));
  }
}

/** Breaks the connection off, as a host that is down would. */
export const unreachable: RequestListener = (request) => request.socket.destroy();

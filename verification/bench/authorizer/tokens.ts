import { createSign } from 'node:crypto';
import { httpEvent } from '../../../test/support/http-event.ts';
import { audience, issuer } from '../../../test/support/keys.ts';
import type { Stage } from '../systems/stage.ts';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A valid access token, signed as Pawl signs it. */
export function accessToken({ environment }: Stage, number: number): string {
  const jwk = JSON.parse(environment.BENCH_SIGNING_KEY ?? '') as Record<string, string>;
  const seconds = Math.floor(Date.now() / 1000);
  const claims = {
    iss: issuer,
    aud: audience,
    sub: `subject-${number}`,
    client_id: 'app',
    iat: seconds,
    exp: seconds + 3600,
    jti: `jti-${number}`,
    sid: `session-${number}`,
    scope: 'read write',
    auth_time: seconds,
    tenant: 'acme',
  };
  const signed = `${encode({ alg: 'ES256', typ: 'at+jwt', kid: jwk.kid })}.${encode(claims)}`;
  const signer = createSign('sha256').update(signed);
  const signature = signer.sign({ key: jwk, format: 'jwk', dsaEncoding: 'ieee-p1363' } as never);
  return `${signed}.${signature.toString('base64url')}`;
}

/** The authorizer's event for a call of a protected route. */
export function guardedCall(token: string) {
  return httpEvent({ method: 'GET', path: '/me', headers: { authorization: `Bearer ${token}` } });
}

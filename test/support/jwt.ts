import { createHmac, createPrivateKey, sign } from 'node:crypto';
import type { AccessTokenClaims } from '../../lambda/core/access-token.ts';
import type { SigningKey } from '../../lambda/keys/rings.ts';
import { audience, issuer } from './keys.ts';

/** JWTs made by hand, so that they can be wrong in every way. */

const segment = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

export function validClaims(nowMs: number, changes: Readonly<Record<string, unknown>> = {}): AccessTokenClaims {
  const now = Math.floor(nowMs / 1000);
  return {
    iss: issuer,
    aud: audience,
    sub: 'subject',
    client_id: 'app',
    iat: now,
    exp: now + 600,
    jti: 'id',
    sid: 'session',
    scope: 'read write',
    auth_time: now,
    ...changes,
  };
}

export function headerOf(key: SigningKey, changes: Readonly<Record<string, unknown>> = {}) {
  return { alg: 'ES256', typ: 'at+jwt', kid: key.kid, ...changes };
}

/** Signs with ES256, whatever the header says. */
export function signedBy(key: SigningKey, header: unknown, claims: unknown): string {
  return signedText(key, header, JSON.stringify(claims));
}

/** Signs a payload that is already text, with ES256. */
export function signedText(key: SigningKey, header: unknown, payload: string): string {
  const text = `${segment(header)}.${Buffer.from(payload).toString('base64url')}`;
  const privateKey = createPrivateKey({ key: { ...key.privateJwk }, format: 'jwk' });
  return `${text}.${sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

/** Signs with HS256 and a key that is public. */
export function macedBy(secret: string | Buffer, header: unknown, claims: unknown): string {
  const text = `${segment(header)}.${segment(claims)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

export function unsigned(header: unknown, claims: unknown, signature = ''): string {
  return `${segment(header)}.${segment(claims)}.${signature}`;
}

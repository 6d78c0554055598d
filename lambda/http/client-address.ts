import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { proxySecretHeader } from '../contract/proxy.ts';
import type { HttpRequest } from './request.ts';

/** The source of a request. `proxy` says why the address of a request through the trusted proxy was not used. */
export interface ClientAddress {
  readonly sourceIp: string;
  readonly proxy?: 'wrong_secret' | 'no_address';
}

export type FindAddress = (request: HttpRequest) => Promise<ClientAddress>;

/** The currently valid values of the proxy's secret: two during a rotation. */
export interface ProxySecrets {
  /** @throws Unavailable */
  get(): Promise<readonly string[]>;
  /** Loads the values again, rate-limited. @throws Unavailable */
  renew(): Promise<readonly string[]>;
}

/** Without a trusted proxy: the peer address that the gateway saw. Headers are ignored. */
export const gatewayAddress: FindAddress = async ({ sourceIp }) => ({ sourceIp });

/**
 * The client's address from the trusted proxy's header, used only together with the proxy's secret. A request without
 * the secret counts under the address that the gateway saw, so bypassing the proxy gains nothing.
 *
 * @param header lower case
 */
export function proxiedAddress(header: string, secrets: ProxySecrets): FindAddress {
  return async ({ headers, sourceIp }) => {
    const presented = headers[proxySecretHeader];
    if (presented === undefined) return { sourceIp };
    // An unknown value may be the result of a recent rotation.
    const genuine = isOneOf(presented, await secrets.get()) || isOneOf(presented, await secrets.renew());
    if (!genuine) return { sourceIp, proxy: 'wrong_secret' };
    const address = addressIn(header, headers[header]?.trim() ?? '');
    return address === undefined ? { sourceIp, proxy: 'no_address' } : { sourceIp: address };
  };
}

/** Compares in constant time for values of equal length. */
function isOneOf(presented: string, secrets: readonly string[]): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const wanted = digest(presented);
  return secrets.map((secret) => timingSafeEqual(digest(secret), wanted)).includes(true);
}

/**
 * Parses the address in a header value: without a port, or with one as in `203.0.113.7:443` and `[2001:db8::1]:443`.
 * CloudFront-Viewer-Address always has a port and no brackets: `2001:db8::1:443`. Returns `undefined` for anything
 * else, including a list.
 */
function addressIn(header: string, value: string): string | undefined {
  const withoutPort = /^(.+):\d{1,5}$/.exec(value)?.[1];
  if (header === 'cloudfront-viewer-address') return addressOrNone(withoutPort);
  const bracketed = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(value)?.[1];
  return addressOrNone(bracketed ?? value) ?? addressOrNone(withoutPort);
}

const addressOrNone = (text = ''): string | undefined => (isIP(text) === 0 ? undefined : text);

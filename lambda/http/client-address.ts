import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { proxySecretHeader } from '../contract/proxy.ts';
import type { HttpRequest } from './request.ts';

/** Where a request came from. `proxy` says what was wrong with one that claims to have come through the trusted proxy. */
export interface ClientAddress {
  readonly sourceIp: string;
  readonly proxy?: 'wrong_secret' | 'no_address';
}

export type FindAddress = (request: HttpRequest) => Promise<ClientAddress>;

/** The values that the proxy's secret may have at present: two during a rotation. */
export interface ProxySecrets {
  /** @throws Unavailable */
  get(): Promise<readonly string[]>;
  /** Asks anew, at most once in a while. @throws Unavailable */
  renew(): Promise<readonly string[]>;
}

/** Without a trusted proxy: the peer that the gateway saw, whatever the headers say. */
export const gatewayAddress: FindAddress = async ({ sourceIp }) => ({ sourceIp });

/**
 * The client's address as a proxy names it in a header, believed only together with the proxy's secret. A request
 * without the secret counts under the address that the gateway saw: it gains nothing by going around the proxy.
 *
 * @param header lower case
 */
export function proxiedAddress(header: string, secrets: ProxySecrets): FindAddress {
  return async ({ headers, sourceIp }) => {
    const presented = headers[proxySecretHeader];
    if (presented === undefined) return { sourceIp };
    // A value that is new here may have been rotated in a moment ago.
    const genuine = isOneOf(presented, await secrets.get()) || isOneOf(presented, await secrets.renew());
    if (!genuine) return { sourceIp, proxy: 'wrong_secret' };
    const address = addressIn(header, headers[header]?.trim() ?? '');
    return address === undefined ? { sourceIp, proxy: 'no_address' } : { sourceIp: address };
  };
}

/** Takes the same time for every value of the same length. */
function isOneOf(presented: string, secrets: readonly string[]): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const wanted = digest(presented);
  return secrets.map((secret) => timingSafeEqual(digest(secret), wanted)).includes(true);
}

/**
 * The one address that a header's value holds: alone, or with a port as in `203.0.113.7:443` and `[2001:db8::1]:443`.
 * CloudFront-Viewer-Address always has a port, and no brackets: `2001:db8::1:443`. `undefined` for anything else, a list
 * among it.
 */
function addressIn(header: string, value: string): string | undefined {
  const withoutPort = /^(.+):\d{1,5}$/.exec(value)?.[1];
  if (header === 'cloudfront-viewer-address') return addressOrNone(withoutPort);
  const bracketed = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(value)?.[1];
  return addressOrNone(bracketed ?? value) ?? addressOrNone(withoutPort);
}

const addressOrNone = (text = ''): string | undefined => (isIP(text) === 0 ? undefined : text);

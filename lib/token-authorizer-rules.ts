import { isEs256PublicJwk } from '../lambda/contract/jwk.ts';
import { Reader } from './settings-reader.ts';

/** A JWK Set of public keys (RFC 7517 §5). */
export interface PublicJwks {
  /** Each with `kty` EC, `crv` P-256, a `kid`, `x` and `y`. */
  // biome-ignore lint/suspicious/noExplicitAny: jsii knows no unknown
  readonly keys: { [parameter: string]: any }[];
}

interface Unchecked {
  readonly issuer: string;
  readonly audience: string;
  readonly jwks?: PublicJwks;
  readonly authorizerCacheSeconds?: number;
  readonly memorySize?: number;
}

/**
 * Validates the props of an authorizer.
 *
 * @throws SettingsError listing all faults
 */
export function resolveAuthorizer(props: Unchecked): { readonly authorizerCacheSeconds: number } {
  const read = new Reader({ ...props });
  const needed = ['issuer', 'audience'] as const;
  for (const name of needed) read.require([], props[name] !== undefined, `${name} is needed`);
  read.url('issuer');
  read.audience('audience');
  const authorizerCacheSeconds = read.whole('authorizerCacheSeconds', 0, 0, 3600, ' of seconds');
  read.whole('memorySize', 512, 128, 10_240, ' of MB');
  if (props.jwks !== undefined) {
    const { keys } = props.jwks;
    const usable =
      Array.isArray(keys) &&
      keys.length > 0 &&
      keys.every((key) => isEs256PublicJwk(key) && typeof key.kid === 'string' && key.kid !== '');
    read.require(
      [],
      usable,
      'jwks must be { keys: [...] }, each key with kty EC, crv P-256, a kid, x and y, and for verifying ES256 signatures',
    );
    // An environment is readable by everyone who may view the function.
    const secret = Array.isArray(keys) && keys.some((key) => 'd' in key || 'k' in key);
    read.require([], !secret, 'jwks holds a private key');
  }
  read.throwFaults();
  return { authorizerCacheSeconds };
}

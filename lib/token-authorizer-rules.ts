import { jwksFaults } from './jwks-rules.ts';
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
export function resolveAuthorizer(props: Unchecked): {
  readonly issuer: string;
  readonly authorizerCacheSeconds: number;
} {
  const read = new Reader({ ...props });
  const needed = ['issuer', 'audience'] as const;
  for (const name of needed) read.require([], props[name] !== undefined, `${name} is needed`);
  const issuer = read.url('issuer') ?? '';
  read.audience('audience');
  const authorizerCacheSeconds = read.whole('authorizerCacheSeconds', 0, 0, 3600, ' of seconds');
  read.whole('memorySize', 512, 128, 10_240, ' of MB');
  if (props.jwks !== undefined) for (const fault of jwksFaults(props.jwks)) read.require([], false, fault);
  read.throwFaults();
  return { issuer, authorizerCacheSeconds };
}

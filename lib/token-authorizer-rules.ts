import { jwksFaults } from './jwks-rules.ts';
import { construct, flag, retention, type Shape, shapeFaults, text } from './prop-shapes.ts';
import { Reader } from './settings-reader.ts';

/** A public key for ES256 signatures (RFC 7517 §4, RFC 7518 §6.2.1). */
export interface PublicJwk {
  /** Identifies the key in the header of a token. */
  readonly kid: string;
  /** `EC` */
  readonly kty: string;
  /** `P-256` */
  readonly crv: string;
  /** The x coordinate: 32 bytes as unpadded base64url. */
  readonly x: string;
  /** The y coordinate: 32 bytes as unpadded base64url. */
  readonly y: string;
  /** @default ES256 */
  readonly alg?: string;
  /** @default sig */
  readonly use?: string;
  /**
   * When the key stops being trusted unless the issuer still serves it, in epoch seconds.
   *
   * @default never
   */
  readonly exp?: number;
}

/** A JWK Set of public keys (RFC 7517 §5). */
export interface PublicJwks {
  readonly keys: PublicJwk[];
}

const shapes: Readonly<Record<string, Shape>> = {
  logAllowedCalls: flag,
  logRetention: retention,
  encryptionKey: construct('a Key', 'keyArn'),
  permissionsBoundary: construct('a ManagedPolicy', 'managedPolicyArn'),
  tracing: flag,
  bundles: text,
};

interface Unchecked {
  readonly issuer: string;
  readonly audience: string;
  readonly jwks?: PublicJwks;
  readonly authorizerCacheSeconds?: number;
  readonly memorySize?: number;
}

const checkedHere = [
  'issuer',
  'audience',
  'jwks',
  'authorizerCacheSeconds',
  'memorySize',
] as const satisfies readonly (keyof Unchecked)[];

/**
 * Validates the props of an authorizer.
 *
 * @throws SettingsError listing all faults
 */
export function resolveAuthorizer(props = {} as Unchecked): {
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
  for (const fault of shapeFaults('TokenAuthorizer', props, shapes, checkedHere)) read.require([], false, fault);
  if (props.jwks !== undefined) for (const fault of jwksFaults(props.jwks)) read.require([], false, fault);
  read.throwFaults();
  return { issuer, authorizerCacheSeconds };
}

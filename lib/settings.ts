import { functions } from '../lambda/contract/functions.ts';
import { Reader } from './settings-reader.ts';
import { requireTogether } from './settings-rules.ts';

const day = 86_400;

/** A token of RFC 9110 §5.6.2; `*` would not mean "any" where credentials are allowed. */
const headerName = /^(?!\*$)[!#$%&'*+.^_`|~\w-]+$/;
const lowerCase = (names: readonly string[]) => [...new Set(names.map((name) => name.toLowerCase()))];
const methodName = /^[A-Z]+$/;
/** As `client_id` on the wire, without the comma that separates them here. */
const clientId = /^(?!.*,)[!#-[\]-~]{1,64}$/;

/** What a team may set. As props of `TokenService`, or as `-c key=value` of `cdk deploy` and `npm start`. */
export interface Settings {
  /**
   * Lifetime of an access token in seconds, 5 to 3,600.
   * @default 600
   */
  readonly accessTokenTtlSeconds?: number;
  /**
   * A session that nobody refreshes for so many seconds ends. At most the absolute lifetime, more than the floor.
   * @default 1,209,600 (14 days)
   */
  readonly refreshIdleTtlSeconds?: number;
  /**
   * A session ends so many seconds after its login, whatever happens. At most 400 days, the most that browsers keep a cookie.
   * @default 7,776,000 (90 days)
   */
  readonly refreshAbsoluteTtlSeconds?: number;
  /**
   * For so many seconds after a rotation the old refresh token still yields its successor, 0 to 600; 0 is strict rotation.
   * @default 30
   */
  readonly graceSeconds?: number;
  /**
   * A new refresh token rests so many seconds before it rotates again. Below the default a late answer could overwrite a
   * newer cookie, so less is refused; with `graceSeconds` 0 it is 0.
   * @default graceSeconds + the refresh function's timeout + 10
   */
  readonly rotationFloorSeconds?: number;
  /**
   * Live sessions of one user, 1 to 1,000; a login beyond ends the least recently used.
   * @default 50
   */
  readonly maxSessionsPerUser?: number;
  /**
   * For so many seconds API Gateway reuses an authorizer's answer, 0 to 3,600. A cached answer outlives the token's `exp`,
   * is shared by all routes of the authorizer and remembers refusals too.
   * @default 0
   */
  readonly authorizerCacheSeconds?: number;
  /**
   * Upper limit of what the team accepts between a revocation and the last use of an access token, in seconds, up to
   * 86,400. Synth fails when `accessTokenTtlSeconds + authorizerCacheSeconds` is above it.
   * @default 900
   */
  readonly maxRevocationDelaySeconds?: number;
  /**
   * Sessions created before this instant are dead: everyone's logout, needed after a restore. Epoch seconds or, as text,
   * ISO 8601 with a time zone (`2025-01-31T12:00:00Z`). Never in the future, as that would end new sessions too.
   * @default 0
   */
  readonly sessionsNotBefore?: number | string;
  /**
   * Tries of a password from one address in ten minutes, 10 to 100,000. Right passwords are given back. More suits a
   * school or an office whose users share an address.
   * @default 100
   */
  readonly triesPerAddress?: number;
  /**
   * The same for devices that have signed in before and for live sessions, which `triesPerAddress` never stops. At least
   * as many.
   * @default 10 times triesPerAddress
   */
  readonly knownTriesPerAddress?: number;
  /**
   * Header in which a proxy of yours names the client's address, such as `CloudFront-Viewer-Address`. Believed only
   * together with the secret that the stack then has (`trustedProxySecret`) in the header `x-pawl-proxy-secret`; without
   * it, tries count under the address that API Gateway sees.
   * @default none: no header has a say
   */
  readonly trustedProxy?: string;
  /**
   * Concurrent runs that Lambda sets aside for logins and limits them to, so that hashing never starves refreshes, 0 to
   * 1,000. 0 reserves none. Lambda keeps 100 of an account's quota unreserved, so the quota must be at least 100 more;
   * a new account may have 10 in all. The gateway's burst of logins is never above it.
   * @default 0
   */
  readonly loginReservedConcurrency?: number;
  /**
   * How long a signing key and a refresh-token key are in use before the next ones take over, 1 to 365 days. Old keys are
   * kept for as long as their tokens live, so a short time together with a long `refreshIdleTtlSeconds` may be refused.
   * @default 30
   */
  readonly keyRotationDays?: number;
  /**
   * Writes a log line for every call that the authorizer allows, with subject and session. By default a line counts up to
   * 1,000 of them, and only refusals have a line each. About $0.33 a million calls.
   * @default false
   */
  readonly logAllowedCalls?: boolean;
  /**
   * Adds the dashboard, and the alarms that name a cause: slow refreshes, the table, single functions. About $4.80 a month.
   * @default false: the alarms on what users notice, on stolen tokens and on keys
   */
  readonly detailedMonitoring?: boolean;
  /**
   * Origins of web apps, exact (`https://app.example.com`); http for localhost and 127.0.0.1 alone. They enable CORS and
   * cookie mode. As text: parted by commas or spaces.
   * @default none
   */
  readonly allowedOrigins?: readonly string[];
  /**
   * Request headers that web apps may send to the API's routes, besides `authorization` and `content-type`. As text:
   * separated by commas or spaces.
   * @default none
   */
  readonly allowedHeaders?: readonly string[];
  /**
   * Methods that web apps may use, besides those of the routes that the same CDK app adds to the API. As text: separated
   * by commas or spaces.
   * @default none
   */
  readonly allowedMethods?: readonly string[];
  /**
   * Response headers that web apps may read, besides `retry-after` and `www-authenticate`. As text: separated by commas
   * or spaces.
   * @default none
   */
  readonly exposedHeaders?: readonly string[];
  /**
   * The only client ids that are served, at most 1,024 characters in all. Others get `invalid_client`. A request without
   * `client_id` counts as `default`. As text: separated by commas or spaces.
   * @default any client id
   */
  readonly clients?: readonly string[];
  /**
   * Where clients reach the API: an https URL with the base path, if there is one (`https://api.example.com/v1`), and no
   * slash at its end. Metadata, the path of the cookie, and `issuer` follow from it.
   * @default `issuer`, else `https://<domainName>`, else the API's own URL
   */
  readonly publicUrl?: string;
  /**
   * The `iss` of access tokens and of the metadata (RFC 8414 §2): an https URL, without a slash at its end. Verifiers fetch
   * the keys from `<issuer>/.well-known/jwks.json`.
   * @default `publicUrl`
   */
  readonly issuer?: string;
  /**
   * The `aud` of access tokens (RFC 9068 §2.2).
   * @default the issuer
   */
  readonly audience?: string;
  /**
   * The API's own domain name, together with `certificateArn`. Cookie mode needs one on the site of the web app.
   * @default none
   */
  readonly domainName?: string;
  /**
   * ARN of an ACM certificate for `domainName`, in the stack's region.
   * @default none
   */
  readonly certificateArn?: string;
}

/** Settings with every default filled in and every fault ruled out. */
export type ResolvedSettings = Required<
  Omit<
    Settings,
    'sessionsNotBefore' | 'publicUrl' | 'issuer' | 'audience' | 'domainName' | 'certificateArn' | 'trustedProxy'
  >
> & {
  readonly sessionsNotBefore: number;
  readonly publicUrl: string | undefined;
  readonly trustedProxy: string | undefined;
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
  readonly domain: { readonly name: string; readonly certificateArn: string } | undefined;
};

/** Every name that `-c` takes. The type makes a forgotten one a compile error. */
export const settingNames = Object.keys({
  accessTokenTtlSeconds: 0,
  refreshIdleTtlSeconds: 0,
  refreshAbsoluteTtlSeconds: 0,
  graceSeconds: 0,
  rotationFloorSeconds: 0,
  maxSessionsPerUser: 0,
  authorizerCacheSeconds: 0,
  maxRevocationDelaySeconds: 0,
  sessionsNotBefore: 0,
  triesPerAddress: 0,
  knownTriesPerAddress: 0,
  trustedProxy: 0,
  loginReservedConcurrency: 0,
  keyRotationDays: 0,
  logAllowedCalls: 0,
  detailedMonitoring: 0,
  allowedOrigins: 0,
  allowedHeaders: 0,
  allowedMethods: 0,
  exposedHeaders: 0,
  clients: 0,
  publicUrl: 0,
  issuer: 0,
  audience: 0,
  domainName: 0,
  certificateArn: 0,
} satisfies Record<keyof Settings, 0>) as readonly (keyof Settings)[];

/**
 * Checks settings as they come from props (numbers, lists) or from `-c` (all text) and fills in the defaults.
 *
 * @param input - unchecked values by name; what is not a setting is ignored here, see `settingsOfContext`
 * @param now - epoch milliseconds
 * @throws SettingsError naming all faults at once
 */
export function resolveSettings(input: Readonly<Record<string, unknown>>, now: number = Date.now()): ResolvedSettings {
  const read = new Reader(input);
  const accessTokenTtlSeconds = read.seconds('accessTokenTtlSeconds', 600, 5, 3600);
  const refreshAbsoluteTtlSeconds = read.seconds('refreshAbsoluteTtlSeconds', 90 * day, 5, 400 * day);
  const refreshIdleTtlSeconds = read.seconds('refreshIdleTtlSeconds', 14 * day, 5, 400 * day);
  const graceSeconds = read.seconds('graceSeconds', 30, 0, 600);
  const leastFloor = graceSeconds === 0 ? 0 : graceSeconds + functions.refresh.timeoutSeconds + 10;
  const rotationFloorSeconds = read.seconds('rotationFloorSeconds', leastFloor, 0, 400 * day);
  const authorizerCacheSeconds = read.seconds('authorizerCacheSeconds', 0, 0, 3600);
  const maxRevocationDelaySeconds = read.seconds('maxRevocationDelaySeconds', 900, 5, day);
  const keyRotationDays = read.whole('keyRotationDays', 30, 1, 365, ' of days');
  const triesPerAddress = read.whole('triesPerAddress', 100, 10, 100_000);
  const resolved: ResolvedSettings = {
    accessTokenTtlSeconds,
    refreshIdleTtlSeconds,
    refreshAbsoluteTtlSeconds,
    graceSeconds,
    rotationFloorSeconds,
    maxSessionsPerUser: read.whole('maxSessionsPerUser', 50, 1, 1000),
    authorizerCacheSeconds,
    maxRevocationDelaySeconds,
    sessionsNotBefore: read.instant('sessionsNotBefore', now),
    triesPerAddress,
    knownTriesPerAddress: read.whole('knownTriesPerAddress', triesPerAddress * 10, triesPerAddress, 1_000_000),
    trustedProxy: read.header('trustedProxy'),
    loginReservedConcurrency: read.whole('loginReservedConcurrency', 0, 0, 1000),
    keyRotationDays,
    logAllowedCalls: read.flag('logAllowedCalls'),
    detailedMonitoring: read.flag('detailedMonitoring'),
    allowedOrigins: read.origins('allowedOrigins'),
    allowedHeaders: lowerCase(read.words('allowedHeaders', headerName, 'header names')),
    allowedMethods: read.words('allowedMethods', methodName, 'methods in capital letters'),
    exposedHeaders: lowerCase(read.words('exposedHeaders', headerName, 'header names')),
    clients: read.words('clients', clientId, 'client ids of up to 64 characters'),
    publicUrl: read.url('publicUrl'),
    issuer: read.url('issuer'),
    audience: read.audience('audience'),
    domain: read.domain('domainName', 'certificateArn'),
  };
  requireTogether(read, resolved, leastFloor);
  read.throwFaults();
  return resolved;
}

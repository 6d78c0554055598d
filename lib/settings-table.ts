import { functions } from '../lambda/contract/functions.ts';
import type { Settings } from './settings.ts';
import type { Reader } from './settings-reader.ts';

const day = 86_400;

/** A token of RFC 9110 §5.6.2; `*` would not mean "any" where credentials are allowed. */
const headerName = /^(?!\*$)[!#$%&'*+.^_`|~\w-]+$/;
const lowerCase = (names: readonly string[]) => [...new Set(names.map((name) => name.toLowerCase()))];
const methodName = /^(DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT)$/;
/** Same as `client_id` on the wire, without the comma that separates ids here. */
const clientId = /^(?!.*,)[!#-[\]-~]{1,64}$/;

/** Numbers of the rows above. */
type Earlier = Readonly<Record<string, number>>;

/** One setting. */
export interface Row<T> {
  /** @param now epoch milliseconds */
  readonly read: (reader: Reader, name: string, earlier: Earlier, now: number) => T;
  /** The variable in which functions find it. */
  readonly env?: string;
  /** Range of a whole number with fixed limits. */
  readonly range?: readonly [min: number, max: number];
}

type Limit = number | ((earlier: Earlier) => number);
const limitOf = (limit: Limit, earlier: Earlier) => (typeof limit === 'number' ? limit : limit(earlier));

function whole(fallback: Limit, min: Limit, max: number, unit = ''): Row<number> {
  return {
    read: (reader, name, earlier) => reader.whole(name, limitOf(fallback, earlier), limitOf(min, earlier), max, unit),
    ...(typeof min === 'number' && { range: [min, max] }),
  };
}

const seconds = (fallback: Limit, min: number, max: number) => whole(fallback, min, max, ' of seconds');
const flag: Row<boolean> = { read: (reader, name) => reader.flag(name) };
const url: Row<string | undefined> = { read: (reader, name) => reader.url(name) };
const words = (fits: RegExp, what: string): Row<readonly string[]> => ({
  read: (reader, name) => reader.words(name, fits, what),
});
const headers: Row<readonly string[]> = {
  read: (reader, name) => lowerCase(reader.words(name, headerName, 'header names')),
};

const inEnv = <T, const E extends string>(env: E, row: Row<T>) => ({ ...row, env });

/** The minimum safe `rotationFloorSeconds` for a grace window. */
export function minFloorSeconds(graceSeconds: number): number {
  return graceSeconds === 0 ? 0 : graceSeconds + functions.refresh.timeoutSeconds + 10;
}

/** The custom domain: two settings that go together. */
export const domainNames = ['domainName', 'certificateArn'] as const;

/** Every setting but the domain's: its kind, default, range, and the variable that functions read. */
export const settingsTable = {
  accessTokenTtlSeconds: inEnv('ACCESS_TOKEN_TTL_SECONDS', seconds(600, 5, 3600)),
  refreshIdleTtlSeconds: inEnv('REFRESH_IDLE_TTL_SECONDS', seconds(14 * day, 5, 400 * day)),
  refreshAbsoluteTtlSeconds: inEnv('REFRESH_ABSOLUTE_TTL_SECONDS', seconds(90 * day, 5, 400 * day)),
  graceSeconds: inEnv('GRACE_SECONDS', seconds(30, 0, 600)),
  rotationFloorSeconds: inEnv(
    'ROTATION_FLOOR_SECONDS',
    seconds(({ graceSeconds = 0 }) => minFloorSeconds(graceSeconds), 0, 400 * day),
  ),
  maxSessionsPerUser: inEnv('MAX_SESSIONS_PER_USER', whole(50, 1, 1000)),
  authorizerCacheSeconds: seconds(0, 0, 3600),
  maxRevocationDelaySeconds: seconds(900, 5, day),
  sessionsNotBefore: inEnv('SESSIONS_NOT_BEFORE', {
    read: (reader: Reader, name: string, _: Earlier, now: number) => reader.instant(name, now),
  }),
  triesPerAddress: inEnv('TRIES_PER_ADDRESS', whole(100, 10, 100_000)),
  knownTriesPerAddress: inEnv(
    'KNOWN_TRIES_PER_ADDRESS',
    whole(
      ({ triesPerAddress = 0 }) => triesPerAddress * 10,
      ({ triesPerAddress = 0 }) => triesPerAddress,
      1_000_000,
    ),
  ),
  trustedProxy: { read: (reader: Reader, name: string) => reader.header(name) },
  loginReservedConcurrency: whole(0, 0, 1000),
  keyRotationDays: inEnv('KEY_ROTATION_DAYS', whole(30, 1, 365, ' of days')),
  logAllowedCalls: flag,
  detailedMonitoring: flag,
  allowedOrigins: inEnv('ALLOWED_ORIGINS', {
    read: (reader: Reader, name: string) => reader.origins(name),
  }),
  allowedHeaders: headers,
  allowedMethods: words(methodName, 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT'),
  exposedHeaders: headers,
  clients: inEnv('CLIENTS', words(clientId, 'client ids of up to 64 characters')),
  publicUrl: url,
  issuer: url,
  audience: { read: (reader: Reader, name: string) => reader.audience(name) },
} as const satisfies Record<Exclude<keyof Settings, (typeof domainNames)[number]>, Row<unknown>>;

type Table = typeof settingsTable;
type TableName = keyof Table;

/** Validated settings with all defaults. */
export type ResolvedSettings = { readonly [K in TableName]: ReturnType<Table[K]['read']> } & {
  readonly domain: { readonly name: string; readonly certificateArn: string } | undefined;
};

/** All setting names, in the order of the documentation. */
export const settingNames: readonly (keyof Settings)[] = [
  ...(Object.keys(settingsTable) as TableName[]),
  ...domainNames,
];

type EnvName = { [K in TableName]: Table[K] extends { readonly env: string } ? K : never }[TableName];

/** Settings as a function finds them in its environment. */
export function environmentOf<K extends EnvName>(
  settings: ResolvedSettings,
  ...names: readonly K[]
): { readonly [N in K as Table[N]['env']]: string } {
  const entries = names.map((name) => {
    const value: number | readonly string[] = settings[name];
    return [settingsTable[name].env, typeof value === 'number' ? `${value}` : value.join(' ')];
  });
  return Object.fromEntries(entries) as { readonly [N in K as Table[N]['env']]: string };
}

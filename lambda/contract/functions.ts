import { count, type EnvSchema, jwks, text, words } from './env.ts';
import { verifying } from './verifying.ts';

/** One Lambda function: the handler file it is built from, what its environment must hold, how long it may run. */
export interface FunctionRow {
  /** `lambda/handlers/<entry>.ts`, built to `dist/<entry>/index.js`. */
  readonly entry: string;
  readonly timeoutSeconds: number;
  readonly env: EnvSchema;
}

/** The table, how long sessions live in it, and the bus that hears of them. */
const account = {
  TABLE_NAME: text,
  EVENT_BUS_NAME: text,
  REFRESH_IDLE_TTL_SECONDS: count,
  REFRESH_ABSOLUTE_TTL_SECONDS: count,
  GRACE_SECONDS: count,
  ROTATION_FLOOR_SECONDS: count,
  SESSIONS_NOT_BEFORE: count,
} as const;

/** What counts tries of passwords. */
const guessing = {
  TRIES_PER_ADDRESS: count,
  KNOWN_TRIES_PER_ADDRESS: count,
  /** Header in which the trusted proxy names the client, and the secret that it proves itself by; `-`: there is none. */
  TRUSTED_PROXY_HEADER: text,
  TRUSTED_PROXY_SECRET: text,
} as const;

/** What checks refresh tokens. CLIENTS: the only client ids that are served; none stands for any. */
const ratchet = {
  ...account,
  RATCHET_KEYS_SECRET: text,
  BASE_URL: text,
  ALLOWED_ORIGINS: words,
  CLIENTS: words,
} as const;

/** What signs access tokens. */
const issuing = {
  ...ratchet,
  SIGNING_KEYS_SECRET: text,
  ISSUER: text,
  AUDIENCE: text,
  ACCESS_TOKEN_TTL_SECONDS: count,
} as const;

/** What changes keys: both rings, and the parameter that the JWKS route serves. */
const ringsAndJwks = { SIGNING_KEYS_SECRET: text, RATCHET_KEYS_SECRET: text, JWKS_PARAMETER: text } as const;

/** Every function there is. The construct's environment and the handler's are both typed by these rows. */
export const functions = {
  login: {
    entry: 'login',
    timeoutSeconds: 10,
    /** USERS_FUNCTION: the team's own verifier of passwords; `-` stands for the users in the table. */
    env: { ...issuing, ...guessing, MAX_SESSIONS_PER_USER: count, USERS_FUNCTION: text },
  },
  refresh: { entry: 'refresh', timeoutSeconds: 10, env: issuing },
  revoke: { entry: 'revoke', timeoutSeconds: 10, env: ratchet },
  sessions: { entry: 'sessions', timeoutSeconds: 10, env: { ...account, ...verifying, ...guessing } },
  credentials: { entry: 'credentials', timeoutSeconds: 10, env: { ...issuing, ...verifying, ...guessing } },
  signals: { entry: 'signals', timeoutSeconds: 30, env: account },
  metadata: { entry: 'metadata', timeoutSeconds: 5, env: { ISSUER: text, BASE_URL: text, JWKS_PARAMETER: text } },
  authorizer: { entry: 'authorizer', timeoutSeconds: 5, env: verifying },
  /** Of `TokenAuthorizer` alone: a stack of the service has neither this one nor the next. */
  restAuthorizer: { entry: 'rest-authorizer', timeoutSeconds: 5, env: verifying },
  websocketAuthorizer: { entry: 'websocket-authorizer', timeoutSeconds: 5, env: verifying },
  me: { entry: 'me', timeoutSeconds: 5, env: {} },
  keys: {
    entry: 'keys',
    timeoutSeconds: 60,
    env: { ...ringsAndJwks, KEY_ROTATION_DAYS: count, ACCESS_TOKEN_TTL_SECONDS: count },
  },
  rotateKeys: {
    entry: 'rotate-keys',
    timeoutSeconds: 60,
    env: {
      ...ringsAndJwks,
      ISSUER: text,
      JWKS: jwks,
      KEY_ROTATION_DAYS: count,
      ACCESS_TOKEN_TTL_SECONDS: count,
      REFRESH_IDLE_TTL_SECONDS: count,
      REFRESH_ABSOLUTE_TTL_SECONDS: count,
      GRACE_SECONDS: count,
    },
  },
} as const satisfies Record<string, FunctionRow>;

export type FunctionName = keyof typeof functions;

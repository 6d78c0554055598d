import { count, type EnvSchema, jwks, optional, text, words } from './env.ts';
import { verifying } from './verifying.ts';

/** One Lambda function: its handler file, its environment schema and its timeout. */
export interface FunctionRow {
  /** `lambda/handlers/<entry>.ts`, built to `dist/<entry>/index.js`. */
  readonly entry: string;
  readonly timeoutSeconds: number;
  readonly env: EnvSchema;
}

/** The table, the lifetimes of sessions, and the event bus. */
const account = {
  TABLE_NAME: text,
  EVENT_BUS_NAME: text,
  REFRESH_IDLE_TTL_SECONDS: count,
  REFRESH_ABSOLUTE_TTL_SECONDS: count,
  GRACE_SECONDS: count,
  ROTATION_FLOOR_SECONDS: count,
  SESSIONS_NOT_BEFORE: count,
} as const;

/** For counting password attempts. */
const guessing = {
  TRIES_PER_ADDRESS: count,
  KNOWN_TRIES_PER_ADDRESS: count,
  /** The trusted proxy's header for the client address, and its secret. Both or neither. */
  TRUSTED_PROXY_HEADER: optional(text),
  TRUSTED_PROXY_SECRET: optional(text),
} as const;

/** For authenticating refresh tokens. CLIENTS: the allowed client ids; empty allows any. */
const ratchet = {
  ...account,
  RATCHET_KEYS_SECRET: text,
  BASE_URL: text,
  ALLOWED_ORIGINS: words,
  CLIENTS: words,
} as const;

/** For signing access tokens. */
const issuing = {
  ...ratchet,
  SIGNING_KEYS_SECRET: text,
  ISSUER: text,
  AUDIENCE: text,
  ACCESS_TOKEN_TTL_SECONDS: count,
} as const;

/** For changing keys: both rings, and the parameter that the JWKS route serves. */
const ringsAndJwks = { SIGNING_KEYS_SECRET: text, RATCHET_KEYS_SECRET: text, JWKS_PARAMETER: text } as const;

/** All functions. These rows type both the construct's environment and the handler's. */
export const functions = {
  login: {
    entry: 'login',
    timeoutSeconds: 10,
    /**
     * USERS_FUNCTION: your own password verifier. Without it, users are those in the table. MIGRATE_FUNCTION: your
     * function for users who are not in the table yet. At most one of them.
     */
    env: {
      ...issuing,
      ...guessing,
      MAX_SESSIONS_PER_USER: count,
      USERS_FUNCTION: optional(text),
      MIGRATE_FUNCTION: optional(text),
    },
  },
  refresh: { entry: 'refresh', timeoutSeconds: 10, env: issuing },
  revoke: { entry: 'revoke', timeoutSeconds: 10, env: ratchet },
  sessions: { entry: 'sessions', timeoutSeconds: 10, env: { ...account, ...verifying, ...guessing } },
  credentials: { entry: 'credentials', timeoutSeconds: 10, env: { ...issuing, ...verifying, ...guessing } },
  signals: { entry: 'signals', timeoutSeconds: 30, env: account },
  metadata: { entry: 'metadata', timeoutSeconds: 5, env: { ISSUER: text, BASE_URL: text, JWKS_PARAMETER: text } },
  authorizer: { entry: 'authorizer', timeoutSeconds: 5, env: verifying },
  /** Only for `TokenAuthorizer`: a `TokenService` stack has neither this one nor the next. */
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

import { count, type EnvSchema, json, text, words } from './env.ts';

/** One Lambda function: the handler file it is built from, what its environment must hold, how long it may run. */
export interface FunctionRow {
  /** `lambda/handlers/<entry>.ts`, built to `dist/<entry>/index.js`. */
  readonly entry: string;
  readonly timeoutSeconds: number;
  readonly env: EnvSchema;
}

const session = {
  TABLE_NAME: text,
  RATCHET_KEYS_SECRET: text,
  ALLOWED_ORIGINS: words,
  GRACE_SECONDS: count,
} as const;

const issuing = {
  ...session,
  SIGNING_KEYS_SECRET: text,
  ISSUER: text,
  AUDIENCE: text,
  ACCESS_TOKEN_TTL_SECONDS: count,
  REFRESH_IDLE_TTL_SECONDS: count,
  REFRESH_ABSOLUTE_TTL_SECONDS: count,
  ROTATION_FLOOR_SECONDS: count,
  SESSIONS_NOT_BEFORE: count,
} as const;

/** Every function of the service. The construct's environment and the handler's are both typed by these rows. */
export const functions = {
  login: { entry: 'login', timeoutSeconds: 10, env: { ...issuing, MAX_SESSIONS_PER_USER: count } },
  refresh: { entry: 'refresh', timeoutSeconds: 10, env: issuing },
  revoke: { entry: 'revoke', timeoutSeconds: 10, env: session },
  metadata: { entry: 'metadata', timeoutSeconds: 5, env: { ISSUER: text, JWKS_PARAMETER: text } },
  authorizer: { entry: 'authorizer', timeoutSeconds: 5, env: { ISSUER: text, AUDIENCE: text, JWKS: json } },
  me: { entry: 'me', timeoutSeconds: 5, env: {} },
  keys: {
    entry: 'keys',
    timeoutSeconds: 60,
    env: { SIGNING_KEYS_SECRET: text, RATCHET_KEYS_SECRET: text, JWKS_PARAMETER: text },
  },
} as const satisfies Record<string, FunctionRow>;

export type FunctionName = keyof typeof functions;

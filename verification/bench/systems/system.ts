/** A login service to compare, in its own process. */
export interface System {
  /** Opens sessions for the given number of new users, one each. */
  seed(count: number): Promise<readonly Seeded[]>;
  /** Calls the token route as an HTTP API calls a Lambda function (payload format 2.0). */
  refresh(refreshToken: string): Promise<Reply>;
  /** Logs the user out everywhere, in the way that the documentation of the system describes. */
  revokeAll(subject: string): Promise<void>;
}

export interface Seeded {
  readonly subject: string;
  readonly refreshToken: string;
}

export interface Reply {
  readonly status: number;
  readonly refreshToken?: string;
  readonly accessToken?: string;
  readonly error?: string;
}

/** The database of a system. */
export interface Place {
  /** The database endpoint, behind the proxy. */
  readonly endpoint: string;
  readonly table: string;
}

export type OpenSystem = (place: Place) => Promise<System>;

/** The cost of sequential refreshes, measured in the process that does them. */
export interface Measured {
  /** The time that the caller waits for each refresh. */
  readonly latenciesMs: readonly number[];
  readonly wallMs: number;
  readonly cpuMs: number;
}

export const systemNames = [
  ...(['pawl', 'better-auth', 'better-auth-reuse', 'supabase-rule'] as const),
  ...(['openauth', 'openauth-retention', 'oidc-provider'] as const),
] as const;
/** `pawl-beside` is an earlier build of Pawl's functions, for comparison (`--beside`). */
export type SystemName = (typeof systemNames)[number] | 'pawl-beside';

/** Parses the token response of a Lambda function. */
export function readReply(answer: unknown): Reply {
  const { statusCode, body } = answer as { statusCode: number; body?: string };
  const json = parse(body ?? '');
  const text = (name: string) => (typeof json[name] === 'string' ? { value: json[name] } : undefined);
  const refreshToken = text('refresh_token')?.value;
  const accessToken = text('access_token')?.value;
  const error = text('error')?.value;
  return {
    status: statusCode,
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...(accessToken === undefined ? {} : { accessToken }),
    ...(error === undefined ? {} : { error }),
  };
}

function parse(text: string): Readonly<Record<string, string>> {
  try {
    return JSON.parse(text) as Record<string, string>;
  } catch {
    return {};
  }
}

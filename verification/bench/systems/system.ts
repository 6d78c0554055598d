/** What is compared: a login service that can be asked for a refresh, in a process of its own. */
export interface System {
  /** Opens sessions for the given number of new users, one each. */
  seed(count: number): Promise<readonly Seeded[]>;
  /** The token route, as a Lambda function behind an HTTP API (payload 2.0) is asked. */
  refresh(refreshToken: string): Promise<Reply>;
  /** "Log me out everywhere", by the way that the documentation gives. */
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

/** What a system finds in its environment. */
export interface Place {
  /** The database, behind the proxy. */
  readonly endpoint: string;
  readonly table: string;
}

export type OpenSystem = (place: Place) => Promise<System>;

/** What a chain of refreshes took, in the process that did them. */
export interface Measured {
  /** Of each refresh, as its caller waits for it. */
  readonly latenciesMs: readonly number[];
  readonly wallMs: number;
  readonly cpuMs: number;
}

export const systemNames = [
  ...(['pawl', 'better-auth', 'better-auth-reuse', 'supabase-rule'] as const),
  ...(['openauth', 'openauth-retention', 'oidc-provider'] as const),
] as const;
/** `pawl-beside`: functions of Pawl built before, to compare with (`--beside`). */
export type SystemName = (typeof systemNames)[number] | 'pawl-beside';

/** Reads a token answer as a Lambda function gives it. */
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

/** Why a request failed, for the operator who has to fix it. */
export interface AwsFailure {
  readonly message: string;
  /** Whether the request may have been executed anyway. */
  readonly unanswered: boolean;
}

/** Where the request went. */
export interface Origin {
  /** The AWS profile in use, to name it. */
  readonly profile?: string | undefined;
  /** Whether it went to the service of `npm start`. @default false */
  readonly isLocal?: boolean;
}

interface SdkError {
  readonly name: string;
  readonly message: string;
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly hostname?: string;
  readonly address?: string;
  readonly port?: number;
}

const throttles =
  /^(Throttl|TooManyRequests|ProvisionedThroughputExceeded|RequestLimitExceeded|SlowDown|LimitExceeded)/;
const expired = /^(ExpiredToken|RequestExpired|TokenRefreshRequired)/;
const wrongKey =
  /^(UnrecognizedClient|InvalidClientTokenId|InvalidAccessKeyId|MissingAuthenticationToken|NotAuthorizedForSource)/;
const wrongSignature = /^(InvalidSignature|SignatureDoesNotMatch|IncompleteSignature)/;
const unreachable = /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|EHOSTUNREACH)$/;

/** The meaning of an AWS SDK error; `undefined` for other errors. */
export function awsFailure(error: unknown, { profile, isLocal = false }: Origin = {}): AwsFailure | undefined {
  const service = isLocal ? 'the local service' : 'AWS';
  const network = isLocal ? 'check whether npm start still runs' : 'check the network, the region and AWS_ENDPOINT_URL';
  const { name = '', message = '', code, $metadata, ...where } = (error ?? {}) as Partial<SdkError>;
  const done = (text: string, unanswered = false): AwsFailure => ({ message: text, unanswered });
  if (/^Region is missing/.test(message)) {
    return done('no AWS region is set: give --region, set AWS_REGION, or set a region for the profile');
  }
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError')
    return done(noCredentials(message, profile));
  if (expired.test(name) || /security token.*expired/i.test(message)) {
    return done('your AWS credentials have expired: get new ones (aws sso login, or new keys) and run this again');
  }
  if (wrongKey.test(name)) return done('AWS does not know these credentials: check the profile, or AWS_ACCESS_KEY_ID');
  if (wrongSignature.test(name)) {
    return done('AWS refused the signature: the secret access key is wrong, or the clock of this machine is');
  }
  if (/^(AccessDenied|NotAuthorized|UnauthorizedOperation|AuthorizationError)/.test(name)) return done(denied(message));
  if (throttles.test(name)) return done(`${service} throttled the request (${name}): wait a minute and run this again`);
  if (typeof code === 'string' && unreachable.test(code)) {
    return done(`${peer(where, message)} cannot be reached (${code}): ${network}`);
  }
  if (name === 'TimeoutError' || name === 'AbortError') {
    return done(`${service} did not answer in time: ${network}`, true);
  }
  if (typeof code === 'string') return done(`the connection to ${service} broke (${code})`, true);
  const status = $metadata?.httpStatusCode;
  if (status === undefined) return undefined;
  if (status >= 500) return done(`${service} failed with ${status} (${name}): run this again`, true);
  return done(refused(name, message));
}

/** Rewrites AWS's message, which names the caller, the action and the resource. */
function denied(message: string): string {
  const [, who] = /User: (\S+)/.exec(message) ?? [];
  const [, action] = /not authorized to perform: ([\w:*-]+)/.exec(message) ?? [];
  const [, resource] = /on resource: ([^\s"]+)/.exec(message) ?? [];
  if (action === undefined) return `AWS denied the request: ${message || 'no reason given'}`;
  const on = resource === undefined ? '' : ` on ${resource}`;
  // More permissions do not help against an explicit deny.
  const [, policy] = /with an explicit deny in an? ([\w -]+)/.exec(message) ?? [];
  if (policy !== undefined) {
    return `${who ?? 'this role'} is denied ${action}${on} by an explicit deny in its ${policy}: ask who owns that policy`;
  }
  return `${who ?? 'this role'} is not allowed ${action}${on}: add it to its policies, or use another profile`;
}

function noCredentials(message: string, used: string | undefined): string {
  if (/sso/i.test(message) && /expired|invalid/i.test(message)) {
    return 'the SSO session has expired: run aws sso login and run this again';
  }
  const profile = used ?? /using profile: \[([^\]]+)\]/.exec(message)?.[1];
  if (profile !== undefined) {
    return `there are no credentials for the profile ${profile}: check --profile, AWS_PROFILE and ~/.aws/config`;
  }
  return 'no AWS credentials were found: set AWS_PROFILE or give --profile, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';
}

/** Messages of these services name the requested resource and never contain stored data. */
function refused(name: string, message: string): string {
  const [, bus] = /Event bus (\S+) does not exist/.exec(message) ?? [];
  if (bus !== undefined) return `there is no event bus ${bus}: check --bus, the account and the region`;
  if (/^(ResourceNotFound|QueueDoesNotExist|NonExistentQueue|NotFound)/.test(name)) {
    return 'there is no such resource: check the account, the region and the names';
  }
  if (name === 'ValidationError' && /does not exist/.test(message)) return message;
  return `AWS refused the request (${name}): is the region right, and is the stack deployed as docs/deploy.md has it?`;
}

function peer({ hostname, address, port }: Partial<SdkError>, message: string): string {
  const named = hostname ?? (address === undefined ? undefined : `${address}:${port}`);
  return named ?? /(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED) (\S+)/.exec(message)?.[1] ?? 'AWS';
}

import { exitCodes, Failure } from './failure.ts';

/** The local service's description of itself at {@link localStackPath}. */
export interface LocalStack {
  readonly stackName: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** Names of the functions by logical id. */
  readonly functions: Readonly<Record<string, string>>;
  /** Environment variables that point an AWS SDK to the service. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** The service's time, epoch milliseconds. The playground can move it. */
  readonly now: number;
}

/** Default port of `npm start`; PORT overrides it. */
const defaultPort = '3000';
const timeoutMs = 5000;

export const localStackPath = '/local/stack.json';

/** Variables that would point the SDK away from this machine. */
const elsewhere = ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_CONFIG_FILE', 'AWS_WEB_IDENTITY_TOKEN_FILE'];

/** Finds the local service, by PORT as `npm start` does, and points the environment to it. @throws Failure */
export async function localTarget(env: NodeJS.ProcessEnv): Promise<LocalStack & { readonly url: string }> {
  const url = `http://localhost:${portOf(env)}`;
  const stack = await ask(url);
  for (const name of elsewhere) delete env[name];
  for (const name of Object.keys(env)) if (name.startsWith('AWS_ENDPOINT_URL')) delete env[name];
  Object.assign(env, stack.endpoints);
  return { ...stack, url };
}

function portOf({ PORT: port }: NodeJS.ProcessEnv): string {
  if (port === undefined || port === '') return defaultPort;
  if (/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535) return port;
  throw new Failure(`PORT must be a number from 1 to 65535, not ${port}`, exitCodes.usage);
}

async function ask(url: string): Promise<LocalStack> {
  const start = `start it with npm start, or set PORT to the port that it listens on`;
  try {
    const response = await fetch(url + localStackPath, { signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok) throw new Failure(`the server at ${url} is not a local Pawl: ${start}`, exitCodes.failed);
    return (await response.json()) as LocalStack;
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`no local service answers at ${url}: ${start}`, exitCodes.failed);
  }
}

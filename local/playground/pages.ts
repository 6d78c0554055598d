import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { DemoUser } from '../demo-user.ts';
import { isFromHere } from '../gateway/from-here.ts';
import type { Pages } from '../gateway/gateway.ts';
import type { LocalService } from '../service.ts';

/** The service's data that the playground shows and uses. */
export interface PlaygroundSettings {
  readonly username: string;
  /** Undefined if an earlier run created the demo user. */
  readonly password: string | undefined;
  readonly accessTokenTtlSeconds: number;
  readonly refreshIdleTtlSeconds: number;
  readonly graceSeconds: number;
}

/** Reads the settings in effect from the refresh function's environment. */
export function playgroundSettings(
  service: Pick<LocalService, 'environmentOf'>,
  { username, password }: DemoUser,
): PlaygroundSettings {
  const environment = service.environmentOf('TokenServiceRefresh');
  return {
    username,
    password,
    accessTokenTtlSeconds: Number(environment.ACCESS_TOKEN_TTL_SECONDS),
    refreshIdleTtlSeconds: Number(environment.REFRESH_IDLE_TTL_SECONDS),
    graceSeconds: Number(environment.GRACE_SECONDS),
  };
}

const directory = join(import.meta.dirname, 'page');
const maxBodyBytes = 1_000;
const maxAdvanceSeconds = 400 * 86_400;

/** Only its own scripts and styles, no frames, nothing from other origins. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const headers = {
  'content-security-policy': policy,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/**
 * Builds the playground and returns the handler that serves it at `/`.
 *
 * @param settings sent to the page
 * @param clock of the service, which the page moves
 */
export async function playgroundPages(
  settings: PlaygroundSettings,
  clock: Pick<LocalService, 'advance' | 'nowMs'>,
): Promise<Pages> {
  const { outputFiles } = await build({
    entryPoints: [join(directory, 'app.ts')],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    logLevel: 'silent',
  });
  const files: Readonly<Record<string, readonly [type: string, content: string]>> = {
    '/': ['text/html; charset=utf-8', readFileSync(join(directory, 'index.html'), 'utf8')],
    '/playground/style.css': ['text/css; charset=utf-8', readFileSync(join(directory, 'style.css'), 'utf8')],
    '/playground/app.js': ['text/javascript; charset=utf-8', outputFiles[0]?.text ?? ''],
    '/playground/why.md': ['text/plain; charset=utf-8', readFileSync(join(directory, '../../../docs/why.md'), 'utf8')],
  };
  // After a reload, the page must know how far the clock has been moved.
  const aheadSeconds = () => Math.round((clock.nowMs() - Date.now()) / 1000);
  const fileAt = (path: string) =>
    path === '/playground/settings.json'
      ? (['application/json', JSON.stringify({ ...settings, aheadSeconds: aheadSeconds() })] as const)
      : files[path];
  return (request, response) => {
    const path = request.url?.split('?')[0] ?? '';
    const file = request.method === 'GET' || request.method === 'HEAD' ? fileAt(path) : undefined;
    const isAdvance = request.method === 'POST' && path === '/playground/advance';
    if (file === undefined && !isAdvance) return false;
    if (!isFromHere(request)) end(response, 403, 'The playground accepts requests only from pages on this machine.');
    else if (file !== undefined) end(response, 200, file[1], file[0]);
    else void moveClock(request, response, clock.advance);
    return true;
  };
}

async function moveClock(
  request: IncomingMessage,
  response: ServerResponse,
  advance: (seconds: number) => void,
): Promise<void> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) if (text.length <= maxBodyBytes) text += chunk;
  let seconds: unknown;
  try {
    ({ seconds } = JSON.parse(text));
  } catch {}
  const valid = typeof seconds === 'number' && Number.isInteger(seconds) && seconds > 0 && seconds <= maxAdvanceSeconds;
  if (!valid) return end(response, 400, `seconds must be a whole number from 1 to ${maxAdvanceSeconds}.`);
  advance(seconds as number);
  end(response, 200, '{}', 'application/json');
}

function end(response: ServerResponse, status: number, content: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { ...headers, 'content-type': type });
  response.end(content);
}

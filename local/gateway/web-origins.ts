import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { objectOf } from '../json.ts';

/** Ports of Next.js beside Pawl, Vite's preview, Angular, Vite and Expo. */
const devServerPorts = [3001, 4173, 4200, 5173, 8081];

/** Maximum number of reported origins: a page could invent any number. */
const maxTold = 100;

/**
 * The settings of a local run. Unless `-c` or cdk.json sets `allowedOrigins`, the service's own pages and those of
 * local dev servers may use cookie mode.
 *
 * @param context `key=value` pairs
 * @param root the directory of cdk.json
 */
export function withWebOrigins(context: readonly string[], port: number, root: string): readonly string[] {
  const { context: kept } = objectOf(JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')));
  const isSet = objectOf(kept).allowedOrigins !== undefined || context.some((pair) => /^allowedOrigins=/.test(pair));
  const origins = [port, ...devServerPorts].map((each) => `http://localhost:${each}`);
  return isSet ? context : [...context, `allowedOrigins=${origins.join(',')}`];
}

/** Called with the `Origin` and `Host` headers of a page's request. */
export type PageCall = (origin: string, host: string) => void;

/**
 * Logs why a browser blocks a page, because the page itself cannot find out. One line per pair of names.
 *
 * @param allowed `allowedOrigins`
 */
export function originFaults(allowed: readonly string[], say: (line: string) => void): PageCall {
  const told = new Set<string>();
  return (origin, host) => {
    const fault = originFault(origin, host, allowed);
    if (fault === undefined || told.has(fault) || told.size === maxTold) return;
    told.add(fault);
    say(fault);
  };
}

const local = /^(localhost|127\.[\d.]+|\[::1\])$/;

function originFault(origin: string, host: string, allowed: readonly string[]): string | undefined {
  // A header can contain anything; malformed values are not logged.
  if (!/^https?:\/\/[\w.:[\]-]{1,100}$/.test(origin) || !/^[\w.:[\]-]{1,100}$/.test(host)) return undefined;
  if (!URL.canParse(origin) || !URL.canParse(`http://${host}`)) return undefined;
  const [page, service] = [new URL(origin), new URL(`http://${host}`)];
  if (page.hostname !== service.hostname && local.test(page.hostname) && local.test(service.hostname)) {
    return `The page ${origin} calls http://${host}. To a browser ${page.hostname} and ${service.hostname} are different sites, so it drops the cookie: use localhost for both.`;
  }
  if (page.host === service.host || allowed.includes(origin)) return undefined;
  return `The page ${origin} is not in allowedOrigins, so the browser blocks the responses: start with -c allowedOrigins=${origin}`;
}

import { Token } from 'aws-cdk-lib';
import { proxySecretHeader } from '../lambda/contract/proxy.ts';
import { shown } from '../lambda/contract/shown.ts';
import { hasTokens, originFault, urlFault } from './url-rules.ts';

/** Invalid settings. The message lists every fault. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`Invalid settings:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

const hostName = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
const certificate = /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/;
const instant = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
/** Request headers that never hold the client's address, or that anyone can set. */
const noAddress = new Set([
  ...['accept', 'authorization', 'connection', 'content-length', 'content-type', 'cookie', 'date', 'host', 'origin'],
  ...['referer', 'user-agent', 'x-amzn-trace-id', 'x-forwarded-host', 'x-forwarded-port', 'x-forwarded-proto'],
  proxySecretHeader,
]);
/** Headers to which every proxy appends. */
const lists = new Set(['x-forwarded-for', 'x-original-forwarded-for', 'forwarded', 'via']);

/** Reads settings and collects their faults. An invalid setting reads as its default. */
export class Reader {
  readonly #input: Readonly<Record<string, unknown>>;
  readonly #faults: string[] = [];
  readonly #faulty = new Set<string>();

  constructor(input: Readonly<Record<string, unknown>>) {
    this.#input = input;
  }

  whole(name: string, fallback: number, min: number, max: number, unit = ''): number {
    const raw = this.#input[name];
    if (raw === undefined || this.#isUnknown(name)) return fallback;
    const value = typeof raw === 'string' && /^\d{1,15}$/.test(raw) ? Number(raw) : raw;
    const fits = typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max;
    return fits ? value : this.#wrong(name, `must be a whole number${unit} from ${min} to ${max}`, fallback);
  }

  /** A boolean, or `true` or `false` as text. */
  flag(name: string): boolean {
    const raw = this.#input[name] ?? false;
    if (this.#isUnknown(name)) return false;
    if (typeof raw === 'boolean') return raw;
    return raw === 'true' || raw === 'false' ? raw === 'true' : this.#wrong(name, 'must be true or false', false);
  }

  /** Epoch seconds, or an ISO 8601 instant as text. */
  instant(name: string, now: number): number {
    const raw = this.#input[name];
    if (this.#isUnknown(name)) return 0;
    if (typeof raw !== 'string' || /^\d*$/.test(raw)) {
      const last = Math.floor(now / 1000);
      const value = this.whole(name, 0, 0, Number.MAX_SAFE_INTEGER);
      return value <= last ? value : this.#wrong(name, 'must not be in the future (is it in seconds?)', 0);
    }
    const day = instant.exec(raw)?.[1];
    const parsed = day !== undefined && isDay(day) ? Date.parse(raw) : Number.NaN;
    if (Number.isNaN(parsed) || parsed < 0) {
      return this.#wrong(name, 'must be epoch seconds or an instant such as 2025-01-31T12:00:00Z', 0);
    }
    // Rounded up, so that sessions created within that second end too.
    return parsed <= now ? Math.ceil(parsed / 1000) : this.#wrong(name, 'must not be in the future', 0);
  }

  origins(name: string): string[] {
    const raw = this.#input[name] ?? [];
    const list = typeof raw === 'string' ? split(raw) : raw;
    if (this.#isUnknown(name)) return [];
    if (!Array.isArray(list)) return this.#wrong(name, 'must be a list of origins', []);
    for (const origin of list as unknown[]) {
      const wrong = originFault(origin);
      if (wrong !== undefined) this.#fault(name, `has ${shown(origin)}, which ${wrong}`, undefined);
    }
    return [...new Set(list as string[])];
  }

  /** Name of a request header, in lower case. */
  header(name: string): string | undefined {
    if (this.#isUnknown(name)) return undefined;
    const header = this.#text(name)?.toLowerCase();
    if (header === undefined) return undefined;
    if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(header)) return this.#wrong(name, 'must be a header name', undefined);
    const ours = 'must be a header that your proxy sets to one address, such as CloudFront-Viewer-Address:';
    if (lists.has(header)) {
      return this.#fault(name, `${ours} ${header} is a list to which every proxy appends`, undefined);
    }
    return noAddress.has(header) ? this.#fault(name, `${ours} ${header} has another meaning`, undefined) : header;
  }

  /** An https URL as RFC 8414 §2 requires for an issuer: a path is allowed, a query or fragment is not. */
  url(name: string): string | undefined {
    const raw = this.#text(name);
    if (raw === undefined) return undefined;
    // The CDK's own URLs (`httpApi.url`) end in a slash that you do not see.
    const url = hasTokens(raw) ? raw.replace(/\/$/, '') : raw;
    const wrong = urlFault(url);
    if (wrong === undefined) return url;
    // These come without the value: a password or a query may be secret, and the form to write is given.
    const isBare = /^must (not contain|be written)/.test(wrong);
    return isBare ? this.#fault(name, wrong, undefined) : this.#wrong(name, wrong, undefined);
  }

  /** Unique words, as a list or as text. `fits` checks one word. */
  words(name: string, fits: RegExp, what: string): string[] {
    const raw = this.#input[name] ?? [];
    const list = typeof raw === 'string' ? split(raw) : raw;
    if (this.#isUnknown(name)) return [];
    if (!Array.isArray(list)) return this.#wrong(name, `must be a list of ${what}`, []);
    for (const word of list as unknown[]) {
      if (typeof word !== 'string' || !fits.test(word))
        this.#fault(name, `has ${shown(word)}, which is not one of ${what}`, undefined);
    }
    const words = (list as unknown[]).filter((word) => typeof word === 'string');
    return [...new Set(words)];
  }

  audience(name: string): string | undefined {
    const raw = this.#text(name);
    if (raw === undefined || Token.isUnresolved(raw) || /^[\x21-\x7e]{1,256}$/.test(raw)) return raw;
    return this.#wrong(name, 'must be 1 to 256 printable ASCII characters without spaces', undefined);
  }

  domain(name: string, arnName: string): { readonly name: string; readonly certificateArn: string } | undefined {
    const host = this.#text(name);
    const certificateArn = this.#text(arnName);
    if (host !== undefined && !Token.isUnresolved(host) && !hostName.test(host)) {
      this.#wrong(name, 'must be a lower-case host name such as auth.example.com', undefined);
    }
    if (certificateArn !== undefined && !Token.isUnresolved(certificateArn) && !certificate.test(certificateArn)) {
      this.#wrong(arnName, 'must be the ARN of an ACM certificate', undefined);
    }
    if ((this.#input[name] === undefined) !== (this.#input[arnName] === undefined)) {
      this.#fault(
        this.#input[name] === undefined ? name : arnName,
        `is needed, as ${name} and ${arnName} go together`,
        undefined,
      );
    }
    return host === undefined || certificateArn === undefined ? undefined : { name: host, certificateArn };
  }

  /** A rule between settings; silent if one of them is already invalid. */
  require(names: readonly string[], holds: boolean, fault: string): void {
    if (!holds && !names.some((name) => this.#faulty.has(name))) this.#faults.push(fault);
  }

  throwFaults(): void {
    if (this.#faults.length > 0) throw new SettingsError(this.#faults);
  }

  #text(name: string): string | undefined {
    const raw = this.#input[name];
    if (raw === undefined || (typeof raw === 'string' && raw !== '')) return raw;
    return raw === ''
      ? this.#fault(name, 'must not be empty', undefined)
      : this.#wrong(name, 'must be text', undefined);
  }

  /** Whether a setting that synth computes with is known only at deployment; then it is a fault. */
  #isUnknown(name: string): boolean {
    const raw = this.#input[name];
    const unknown = Token.isUnresolved(raw) || (Array.isArray(raw) && raw.some((one) => Token.isUnresolved(one)));
    if (unknown)
      this.#fault(name, 'must be known at synth, and not a CDK token (a parameter or an attribute)', undefined);
    return unknown;
  }

  /** A fault with the value, unless that is partly unknown until deployment. */
  #wrong<T>(name: string, wrong: string, fallback: T): T {
    const raw = this.#input[name];
    const value = typeof raw === 'string' && hasTokens(raw) ? '' : shown(raw);
    const separator = wrong.startsWith('must not') ? ': ' : ', not ';
    return this.#fault(name, value === '' ? wrong : `${wrong}${separator}${value}`, fallback);
  }

  #fault<T>(name: string, wrong: string, fallback: T): T {
    this.#faulty.add(name);
    this.#faults.push(`${name} ${wrong}`);
    return fallback;
  }
}

const split = (text: string) => text.split(/[\s,]+/).filter((word) => word !== '');

/** `Date.parse` reads 31 February as 3 March. */
function isDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

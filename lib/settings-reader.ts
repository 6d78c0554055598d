import { Token } from 'aws-cdk-lib';

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
const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

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
    if (raw === undefined) return fallback;
    const value = typeof raw === 'string' && /^\d{1,15}$/.test(raw) ? Number(raw) : raw;
    const fits = typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max;
    return fits ? value : this.#fault(name, `must be a whole number${unit} from ${min} to ${max}`, fallback);
  }

  /** A boolean, or `true` or `false` as text. */
  flag(name: string): boolean {
    const raw = this.#input[name] ?? false;
    if (typeof raw === 'boolean') return raw;
    return raw === 'true' || raw === 'false' ? raw === 'true' : this.#fault(name, 'must be true or false', false);
  }

  /** Epoch seconds, or an ISO 8601 instant as text. */
  instant(name: string, now: number): number {
    const raw = this.#input[name];
    if (typeof raw !== 'string' || /^\d*$/.test(raw)) {
      const last = Math.floor(now / 1000);
      const value = this.whole(name, 0, 0, Number.MAX_SAFE_INTEGER);
      return value <= last ? value : this.#fault(name, 'must not be in the future (is it in seconds?)', 0);
    }
    const parsed = instant.test(raw) ? Date.parse(raw) : Number.NaN;
    if (Number.isNaN(parsed) || parsed < 0) {
      return this.#fault(name, 'must be epoch seconds or an instant such as 2025-01-31T12:00:00Z', 0);
    }
    // Rounded up, so that sessions created within that second end too.
    return parsed <= now ? Math.ceil(parsed / 1000) : this.#fault(name, 'must not be in the future', 0);
  }

  origins(name: string): string[] {
    const raw = this.#input[name] ?? [];
    const list = typeof raw === 'string' ? split(raw) : raw;
    if (!Array.isArray(list)) return this.#fault(name, 'must be a list of origins', []);
    for (const origin of list as unknown[]) {
      const wrong = originFault(origin);
      if (wrong !== undefined) this.#fault(name, `has ${JSON.stringify(origin)}, which ${wrong}`, undefined);
    }
    return [...new Set(list as string[])];
  }

  /** Name of a request header, in lower case. */
  header(name: string): string | undefined {
    const header = this.#text(name)?.toLowerCase();
    if (header === undefined) return undefined;
    if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(header)) return this.#fault(name, 'must be a header name', undefined);
    const wrong =
      header === 'x-forwarded-for' || header === 'forwarded'
        ? 'must be a header that your proxy sets to one address, such as CloudFront-Viewer-Address: this one is a list to which every proxy appends'
        : undefined;
    return wrong === undefined ? header : this.#fault(name, wrong, undefined);
  }

  /** An https URL as RFC 8414 §2 requires for an issuer: a path is allowed, a query or fragment is not. */
  url(name: string): string | undefined {
    const raw = this.#text(name);
    const wrong = raw === undefined || Token.isUnresolved(raw) ? undefined : urlFault(raw);
    return wrong === undefined ? raw : this.#fault(name, wrong, undefined);
  }

  /** Unique words, as a list or as text. `fits` checks one word. */
  words(name: string, fits: RegExp, what: string): string[] {
    const raw = this.#input[name] ?? [];
    const list = typeof raw === 'string' ? split(raw) : raw;
    if (!Array.isArray(list)) return this.#fault(name, `must be a list of ${what}`, []);
    for (const word of list as unknown[]) {
      if (typeof word !== 'string' || !fits.test(word))
        this.#fault(name, `has ${JSON.stringify(word)}, which is not one of ${what}`, undefined);
    }
    const words = (list as unknown[]).filter((word) => typeof word === 'string');
    return [...new Set(words)];
  }

  audience(name: string): string | undefined {
    const raw = this.#text(name);
    if (raw === undefined || Token.isUnresolved(raw) || /^[\x21-\x7e]{1,256}$/.test(raw)) return raw;
    return this.#fault(name, 'must be 1 to 256 printable ASCII characters without spaces', undefined);
  }

  domain(name: string, arnName: string): { readonly name: string; readonly certificateArn: string } | undefined {
    const host = this.#text(name);
    const certificateArn = this.#text(arnName);
    if (host !== undefined && !Token.isUnresolved(host) && !hostName.test(host)) {
      this.#fault(name, 'must be a lower-case host name such as auth.example.com', undefined);
    }
    if (certificateArn !== undefined && !Token.isUnresolved(certificateArn) && !certificate.test(certificateArn)) {
      this.#fault(arnName, 'must be the ARN of an ACM certificate', undefined);
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
    return this.#fault(name, 'must not be empty', undefined);
  }

  #fault<T>(name: string, wrong: string, fallback: T): T {
    this.#faulty.add(name);
    this.#faults.push(`${name} ${wrong}`);
    return fallback;
  }
}

const split = (text: string) => text.split(/[\s,]+/).filter((word) => word !== '');

function originFault(origin: unknown): string | undefined {
  if (typeof origin !== 'string' || !URL.canParse(origin)) return 'must be an origin such as https://app.example.com';
  if (origin.includes('*')) return 'must be exact, without *';
  const url = new URL(origin);
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/]+$/.test(origin) && !/^https?:$/.test(url.protocol)) {
    return (
      'API Gateway does not accept: its CORS accepts only http and https. Call the API from the native side of the app, in ' +
      'body mode, where CORS does not apply (docs/client.md, "Apps in a web view")'
    );
  }
  const fault = schemeFault(url);
  if (fault !== undefined) return fault;
  return url.origin === origin ? undefined : `must be written as an origin, without a path: ${url.origin}`;
}

function urlFault(text: string): string | undefined {
  if (!URL.canParse(text)) return 'must be a URL such as https://auth.example.com';
  const url = new URL(text);
  const fault = schemeFault(url);
  if (fault !== undefined) return fault;
  const path = url.pathname.replace(/\/$/, '');
  if (!/^(\/[\w.~-]+)*$/.test(path)) return 'must have a path of only letters, digits and - . _ ~';
  const written = `${url.origin}${path}`;
  return written === text ? undefined : `must be written without query, fragment or trailing slash: ${written}`;
}

function schemeFault({ protocol, hostname }: URL): string | undefined {
  const local = /^(.+\.)?localhost$|^127\.0\.0\.1$/.test(hostname);
  if (protocol === 'https:' || (protocol === 'http:' && local)) return undefined;
  return 'must be https (http only for localhost and 127.0.0.1)';
}

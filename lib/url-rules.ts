/** A CDK token inside text: a value that is known only at deployment. */
const token = /\$\{Token\[[^\]]*\]\}/g;

export function hasTokens(text: string): boolean {
  return text.search(token) >= 0;
}

/** The host of a URL as written, without its port; a CDK token stays a token. */
export function hostOf(url: string): string {
  return /^(?:https?:\/\/)?((?:\$\{Token\[[^\]]*\]\}|[^/:])*)/.exec(url)?.[1] ?? '';
}

/** The path of a URL whose host may be unknown until deployment; empty for the root. */
export function pathOf(url: string): string {
  return new URL(standIn(url)).pathname.replace(/\/$/, '');
}

/** The URL with a letter in place of each token, so that its literal parts can be checked. */
function standIn(url: string): string {
  if (!hasTokens(url)) return /^https?:/.test(url) ? url : `https://${url}`;
  const text = url.replaceAll(token, 'x').replace(/:x+(?=\/|$)/, '');
  // A token at the start may hold the scheme as well.
  return /^https?:\/\//.test(text) ? text : `https://${text.replace(/^x+:\/\//, '')}`;
}

/** Why text is not a web origin (RFC 6454 §6.2) that API Gateway's CORS accepts; undefined if it is one. */
export function originFault(origin: unknown): string | undefined {
  const example = 'must be an origin such as https://app.example.com or http://localhost:3000';
  if (typeof origin !== 'string') return example;
  if (/^(?!https?:)[a-z][a-z0-9+.-]*:\/\//i.test(origin)) {
    return (
      'API Gateway does not accept: its CORS accepts only http and https. Call the API from the native side of the app, in ' +
      'body mode, where CORS does not apply (docs/client.md, "Apps in a web view")'
    );
  }
  // `localhost:3000` would be a URL with the scheme `localhost`.
  if (!/^https?:\/\//i.test(origin) || !URL.canParse(origin)) return example;
  if (origin.includes('*')) return 'must be exact, without *';
  const url = new URL(origin);
  const fault = schemeFault(url);
  if (fault !== undefined) return fault;
  return url.origin === origin ? undefined : `must be written as an origin, without a path: ${url.origin}`;
}

/**
 * Why text is not an https URL for {@link Reader.url}; undefined if it is one. With tokens, only the literal parts are
 * checked.
 */
export function urlFault(text: string): string | undefined {
  const literal = !hasTokens(text);
  const known = literal ? text : standIn(text);
  if (!URL.canParse(known)) return 'must be a URL such as https://auth.example.com';
  const url = new URL(known);
  if (url.username !== '' || url.password !== '') return 'must not contain a username or a password';
  const path = url.pathname.replace(/\/$/, '');
  const written = `${url.origin}${path}`;
  const rewrite = `must be written without query, fragment or trailing slash${literal ? `: ${written}` : ''}`;
  if (/[?#]/.test(known)) return rewrite;
  const fault = schemeFault(url);
  if (fault !== undefined) return fault;
  if (!/^(\/[\w.~-]+)*$/.test(path)) return 'must have a path of only letters, digits and - . _ ~';
  return written === known ? undefined : rewrite;
}

function schemeFault({ protocol, hostname }: URL): string | undefined {
  const local = /^(.+\.)?localhost$|^127\.0\.0\.1$/.test(hostname);
  if (protocol === 'https:' || (protocol === 'http:' && local)) return undefined;
  return 'must be https (http only for localhost and 127.0.0.1)';
}

import type { LocalService } from '../../local/service.ts';

/** Checked at the end of every suite with a local service: no log line or event contains a secret. */

/** Patterns of secrets, for all tests. */
const shapes: Readonly<Record<string, RegExp>> = {
  'a refresh token': /pwl1\.[\w-]{20}/,
  'a JWT': /eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{20}/,
  'a password hash': /\$argon2/,
  'a private key': /"d"\s*:\s*"[\w-]{40}|PRIVATE KEY/,
  'a ratchet key': /"(tagKey|chainKey)"/,
  'a credential of a request': /(Bearer|Basic) [\w-]{8}/i,
};

/** The names of the passwords and secrets that a text contains. */
export function secretsIn(text: string, passwords: Iterable<string>): readonly string[] {
  const shaped = Object.entries(shapes).filter(([, shape]) => shape.test(text));
  const spelt = [...passwords].filter((password) =>
    [password, encodeURIComponent(password), Buffer.from(password).toString('base64url')].some((form) =>
      text.includes(form),
    ),
  );
  return [...shaped.map(([name]) => name), ...spelt.map(() => 'a password')];
}

/** @throws Error that names the kind and place of each secret, without quoting it */
export function insistOnHygiene(
  { logs, events }: Pick<LocalService, 'logs' | 'events'>,
  passwords: Iterable<string>,
): void {
  const all = [...passwords];
  const texts = [
    ...logs.map(({ line }, index) => [`log line ${index + 1}`, line] as const),
    ...events.map((event, index) => [`event ${index + 1}`, JSON.stringify(event)] as const),
  ];
  const found = texts.flatMap(([where, text]) => secretsIn(text, all).map((what) => `${what} in ${where}`));
  if (found.length > 0) throw new Error(`secrets were written down: ${found.slice(0, 5).join('; ')}`);
}

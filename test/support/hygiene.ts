import type { LocalService } from '../../local/service.ts';

/** What every suite over a local service is searched for when it ends: no secret stands in a log line or an event. */

/** Secrets by their shape, whichever test they are of. */
const shapes: Readonly<Record<string, RegExp>> = {
  'a refresh token': /pwl1\.[\w-]{20}/,
  'a JWT': /eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{20}/,
  'a password hash': /\$argon2/,
  'a private key': /"d"\s*:\s*"[\w-]{40}|PRIVATE KEY/,
  'a ratchet key': /"(tagKey|chainKey)"/,
  'a credential of a request': /(Bearer|Basic) [\w-]{8}/i,
};

/** What of passwords and secrets a text holds. */
export function secretsIn(text: string, passwords: Iterable<string>): readonly string[] {
  const shaped = Object.entries(shapes).filter(([, shape]) => shape.test(text));
  const spelt = [...passwords].filter((password) =>
    [password, encodeURIComponent(password), Buffer.from(password).toString('base64url')].some((form) =>
      text.includes(form),
    ),
  );
  return [...shaped.map(([name]) => name), ...spelt.map(() => 'a password')];
}

/** @throws Error naming what was found, and where; nothing of it is quoted */
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

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProxiedService, User } from './service.ts';
import type { Tokens } from './session.ts';

/** Everything that must stay secret in one run, by a name for the failure message. */
export class Secrets {
  readonly #values = new Map<string, string>();

  /** What of the secrets a text holds. */
  within(text: string): string[] {
    return [...this.#values].filter(([value]) => text.includes(value)).map(([, name]) => name);
  }

  get count(): number {
    return this.#values.size;
  }

  add(name: string, value: string): void {
    if (value.length < 8) throw new Error(`${name} is too short to be looked for`);
    this.#values.set(value, name);
    this.#values.set(encodeURIComponent(value), `${name}, URL-encoded`);
    this.#values.set(Buffer.from(value).toString('base64url'), `${name}, in base64url`);
  }

  /** The token, its parts, the secret in it and the hash of that, which the table knows. */
  addRefreshToken(name: string, token: string): void {
    const [, body = '', tag = ''] = token.split('.');
    const secret = Buffer.from(body, 'base64url').subarray(-32);
    this.add(name, token);
    this.add(`${name}: body`, body);
    this.add(`${name}: tag`, tag);
    const hash = createHash('sha256').update(secret).digest();
    for (const encoding of ['base64url', 'hex'] as const) {
      this.add(`${name}: secret`, secret.toString(encoding));
      this.add(`${name}: hash of the secret`, hash.toString(encoding));
    }
  }

  /** The token and its signature. */
  addAccessToken(name: string, token: string): void {
    this.add(name, token);
    this.add(`${name}: signature`, token.split('.')[2] ?? '');
  }

  /** Both tokens of a session, which are returned. */
  addSession(tokens: Tokens): Tokens {
    this.addRefreshToken(`refresh token of ${tokens.sessionId}`, tokens.refreshToken);
    this.addAccessToken(`access token of ${tokens.sessionId}`, tokens.accessToken);
    return tokens;
  }

  /** Username, password and the stored hash of that. */
  async addUser(service: ProxiedService, { username, password, subject }: User): Promise<void> {
    this.add('username', username);
    this.add('password', password);
    const { Item } = await service.table('GetItem', { Key: { pk: { S: `USER#${subject}` }, sk: { S: 'ACCOUNT' } } });
    const { passwordHash } = Item as { passwordHash: { S: string } };
    this.add('password hash', passwordHash.S.split('$').at(-1) ?? '');
  }

  /** The private members of both key rings. */
  async addKeys(service: ProxiedService, assembly: string): Promise<void> {
    const template = JSON.parse(readFileSync(join(assembly, 'Pawl.template.json'), 'utf8')) as {
      Resources: Record<string, { Type: string }>;
    };
    for (const [id, { Type: type }] of Object.entries(template.Resources)) {
      if (type !== 'AWS::SecretsManager::Secret') continue;
      const ring = await secretString(service, `Pawl-${id}`);
      for (const [, name = '', value = ''] of ring.matchAll(/"(d|tagKey|chainKey)":"([\w-]+)"/g)) {
        this.add(`${name} of ${id}`, value);
      }
    }
  }
}

async function secretString(service: ProxiedService, name: string): Promise<string> {
  const answer = await fetch(service.local.endpoints.AWS_ENDPOINT_URL_SECRETS_MANAGER ?? '', {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'secretsmanager.GetSecretValue' },
    body: JSON.stringify({ SecretId: name }),
  });
  return String(((await answer.json()) as { SecretString?: string }).SecretString);
}

import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localCredentials } from '../../local/aws/dynamodb-call.ts';
import { jsonCall } from '../support/http-client.ts';
import * as guessing from './support/guess.ts';
import { type ProxiedService, startProxied, type User } from './support/service.ts';

/** A proxy that names its users' addresses, and what it takes to be believed. */

let service: ProxiedService;
let user: User;
let client: SecretsManagerClient;
let secretId: string;
let secret: string;

beforeAll(async () => {
  service = await startProxied({ context: { trustedProxy: 'X-Client-Address', triesPerAddress: '10' } });
  user = await service.addUser();
  client = new SecretsManagerClient({
    endpoint: service.local.endpoints.AWS_ENDPOINT_URL_SECRETS_MANAGER ?? '',
    region: 'us-east-1',
    credentials: localCredentials,
  });
  secretId = service.local.environmentOf('TokenServiceLogin').TRUSTED_PROXY_SECRET ?? '';
  secret = (await client.send(new GetSecretValueCommand({ SecretId: secretId }))).SecretString ?? '';
}, 60_000);
afterAll(() => service.stop());

let names = 0;
/** A wrong password with a name that nobody has tried. */
const guess = async (headers: Readonly<Record<string, string>>) => {
  names += 1;
  return (await service.send(jsonCall('/auth/login', { username: `nobody-${names}`, password: 'x' }, headers))).status;
};
const through = (address: string, value = secret) => ({ 'x-client-address': address, 'x-pawl-proxy-secret': value });

test('each of its users has a limit of its own; without the secret the address is the gateway’s', async () => {
  expect(secret).toHaveLength(64);
  const key = (address: string) => guessing.toNextWindow(service, `address:${address}`, 600_000);
  await key('203.0.113.7');
  for (let tries = 0; tries < 10; tries += 1) expect(await guess(through('203.0.113.7'))).toBe(400);
  expect(await guess(through('203.0.113.7'))).toBe(429);
  expect(await guess(through('203.0.113.8'))).toBe(400);
  // Directly, with ever new addresses: all count as the one that the gateway sees.
  await key('127.0.0.1');
  const direct: number[] = [];
  for (let tries = 0; tries < 12; tries += 1) {
    direct.push(await guess(tries % 2 === 0 ? { 'x-client-address': `198.51.100.${tries}` } : through('::1', 'wrong')));
  }
  expect(direct).toEqual([...Array(10).fill(400), 429, 429]);
  const line = service.local.logs.at(-1);
  expect(JSON.stringify(line)).toContain('127.0.0.1');
});

test('a rotated secret is believed at once, and the one before until the next rotation', async () => {
  const put = async (SecretString: string) =>
    client.send(new PutSecretValueCommand({ SecretId: secretId, SecretString }));
  const [second, third] = ['2'.repeat(64), '3'.repeat(64)];
  const statusOf = async (value: string) => {
    const body = { username: user.username, password: user.password };
    const reply = await service.send(jsonCall('/auth/login', body, through('203.0.113.9', value)));
    expect(reply.status, reply.text).toBe(200);
    return JSON.stringify(service.local.logs.at(-1)).includes('wrong_secret') ? 'wrong' : 'believed';
  };
  // The addresses of the test before are free again.
  service.local.advance(601);
  await put(second);
  service.local.advance(31);
  expect([await statusOf(second), await statusOf(secret)]).toEqual(['believed', 'believed']);
  await put(third);
  service.local.advance(31);
  expect([await statusOf(third), await statusOf(second), await statusOf(secret)]).toEqual([
    'believed',
    'believed',
    'wrong',
  ]);
});

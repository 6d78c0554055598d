/** The warm login function, `worker.ts <endpoint> <rounds>`. Each round is one hash alone and one complete login. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Argon2Passwords } from '../../../lambda/crypto/argon2-passwords.ts';
import { loginKey, toAccountItem } from '../../../lambda/store/items.ts';
import { httpEvent } from '../../../test/support/http-event.ts';
import { putItems } from '../systems/put-items.ts';

const [, , endpoint = '', rounds = ''] = process.argv;
const password = 'correct horse battery staple';
const passwords = new Argon2Passwords();
const passwordHash = await passwords.hash(password);
const file = join(process.env.BENCH_BUNDLES ?? '', 'login', 'index.js');
const { handler } = createRequire(import.meta.url)(file) as {
  handler(event: unknown): Promise<{ statusCode: number }>;
};

// A separate user and address for each login, so that no attempt is repeated.
const count = Number(rounds) + 3;
const users = Array.from({ length: count }, (_, number) => ({
  subject: `login-subject-${number}`,
  username: `user-${number}@example.com`,
}));
await putItems(
  endpoint,
  'pawl',
  users.flatMap(({ subject, username }) => {
    const rest = { status: 'active' as const, epoch: 0, passwordHash, claims: {}, scopes: ['read'] };
    const key = loginKey(username);
    return [toAccountItem({ subject, username, ...rest }, 'seed'), { ...key, subject, operationId: 'seed' }];
  }),
);

async function timed(work: () => Promise<unknown>) {
  const before = process.cpuUsage();
  const startedAt = performance.now();
  await work();
  const wallMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(before);
  return { wallMs, cpuMs: (user + system) / 1000 };
}

const results = [];
for (const [number, { username }] of users.entries()) {
  const hash = await timed(() => passwords.verify(password, passwordHash));
  const event = httpEvent({ path: '/auth/login', body: JSON.stringify({ username, password, client_id: 'app' }) });
  event.requestContext.http.sourceIp = `192.0.2.${number}`;
  const login = await timed(async () => {
    const { statusCode } = await handler(event);
    if (statusCode !== 200) throw new Error(`login: ${statusCode}`);
  });
  process.send?.({ started: number + 1 });
  if (number >= 3) results.push({ hash, login });
}
process.send?.({ results }, () => process.exit(0));

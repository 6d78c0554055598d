import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ProxiedService, User } from '../integration/support/service.ts';
import { type HttpReply, jsonCall } from '../support/http-client.ts';

/** How often each operation answered with each status: `POST /auth/login` → `200` → 12. */
export type Seen = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What the hooks of schemathesis ask of the run: sessions to present, and time to pass. */
export interface Control {
  readonly url: string;
  /** What schemathesis saw; it tells when it ends. */
  readonly seen: Seen;
  stop(): Promise<void>;
}

/**
 * An access token lives 600 s, the address may try 100 passwords in as many. With this much time between two tries
 * neither limit ends the run, and both stay as they are.
 */
const secondsPerTry = 15;

/** Serves the hooks on the loopback interface. */
export async function startControl(service: ProxiedService, origin: string): Promise<Control> {
  const seen: Record<string, Record<string, number>> = {};
  let reader: User | undefined;
  let readerSession: HttpReply | undefined;

  const open = async (user: User, channel: string) => {
    service.local.advance(secondsPerTry);
    const { username, password } = user;
    const reply = await service.send(jsonCall('/auth/login', { username, password, channel }, { origin }));
    if (reply.status !== 200) throw new Error(`login answered ${reply.status}: ${reply.text}`);
    return reply;
  };

  /** A session of the one user whose sessions are only looked at, and ended one by one. */
  const ofReader = async (channel: string, fresh: boolean) => {
    reader ??= await service.addUser();
    if (fresh) return { user: reader, reply: await open(reader, channel) };
    const authorization = `Bearer ${String(readerSession?.json.access_token)}`;
    const alive = await service.send({ path: '/auth/sessions', headers: { authorization } });
    if (readerSession === undefined || alive.status !== 200) readerSession = await open(reader, channel);
    return { user: reader, reply: readerSession };
  };

  const session = async ({ kind = 'shared', channel = 'body' }: Readonly<Record<string, string>>) => {
    const own = await (kind === 'user' ? service.addUser() : undefined);
    const { user, reply } =
      own === undefined ? await ofReader(channel, kind === 'fresh') : { user: own, reply: await open(own, channel) };
    const [cookie = ''] = reply.cookies.map((line) => /=([^;]*)/.exec(line)?.[1] ?? '');
    return { ...reply.json, cookie, username: user.username, password: user.password };
  };

  /** Tries passwords of one user without any pause, until the service slows them down. */
  const guess = async (username: string): Promise<void> => {
    for (let tries = 0; tries < 20; tries += 1) {
      const reply = await service.send(jsonCall('/auth/login', { username, password: 'guess' }));
      if (reply.status === 429) return;
    }
    throw new Error(`nothing slows down the guessing of ${username}'s password`);
  };

  const server = createServer((request, response) => {
    const answer = async () => {
      const input = JSON.parse((await textOf(request)) || '{}') as Record<string, string>;
      if (request.url === '/session') return session(input);
      if (request.url === '/guess') await guess(String(input.username));
      if (request.url === '/tick') service.local.advance(secondsPerTry);
      if (request.url === '/seen') add(seen, input as unknown as Seen);
      return {};
    };
    answer().then(
      (body) => response.end(JSON.stringify(body)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function add(sums: Record<string, Record<string, number>>, more: Seen): void {
  for (const [operation, statuses] of Object.entries(more)) {
    sums[operation] ??= {};
    for (const [status, count] of Object.entries(statuses)) {
      sums[operation][status] = (sums[operation][status] ?? 0) + count;
    }
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

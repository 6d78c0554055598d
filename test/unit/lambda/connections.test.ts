import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connections, wasStale } from '../../../lambda/connections.ts';
import { Unavailable } from '../../../lambda/core/errors.ts';
import { request } from '../../../lambda/store/dynamo.ts';
import { rejectionOf } from '../../support/expect.ts';

/** A peer that stops at any byte of a response: the call fails within its limits, and may be repeated. */

const head = (length: number) =>
  `HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: ${length}\r\n\r\n`;
const whole = `${head(2)}{}`;

let peer: Server;
let client: DynamoDBClient;
/** What the peer does with each request, in turn; the last one is repeated. */
let acts: ((socket: Socket) => unknown)[];
let sockets: Set<Socket>;
let requests: number;

beforeEach(async () => {
  requests = 0;
  sockets = new Set();
  peer = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    socket.on('data', () => {
      requests += 1;
      (acts.length > 1 ? acts.shift() : acts[0])?.(socket);
    });
  }).listen(0, '127.0.0.1');
  await once(peer, 'listening');
  const { port } = peer.address() as { port: number };
  client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
    requestHandler: connections({ connectionTimeout: 1000, requestTimeout: 200 }),
  });
});
afterEach(() => {
  client.destroy();
  for (const socket of sockets) socket.destroy();
  peer.close();
});

const send = () => request(() => client.send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'a' } } })));

const stops: readonly [string, (socket: Socket) => unknown][] = [
  ['resets the connection', (socket) => socket.resetAndDestroy()],
  ['closes the connection', (socket) => socket.end()],
  ['says nothing', () => undefined],
  ['closes within the status line', (socket) => socket.end('HTTP/1.1 20')],
  ['resets after the headers', (socket) => socket.write(head(9), () => socket.resetAndDestroy())],
  ['closes within the body', (socket) => socket.end(`${head(9)}{"It`)],
  ['stops within the headers', (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-')],
  ['stops after the headers', (socket) => socket.write(head(9))],
  ['stops within the body', (socket) => socket.write(`${head(9)}{"It`)],
  ['does not speak HTTP', (socket) => socket.end('220 ready\r\n\r\n')],
];

test.each(stops)('a peer that %s: unavailable, on a new and on a reused connection', async (_, stop) => {
  acts = [stop];
  expect(await rejectionOf(send())).toBeInstanceOf(Unavailable);
  acts = [(socket) => socket.write(whole), stop];
  await send();
  expect(await rejectionOf(send())).toBeInstanceOf(Unavailable);
  acts = [(socket) => socket.write(whole)];
  await send();
});

/** The error of the second of two requests on one connection. */
async function onReused(stop: (socket: Socket) => unknown): Promise<unknown> {
  acts = [(socket) => socket.write(whole), stop];
  await send();
  const error = await rejectionOf(client.send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'a' } } })));
  expect([requests, sockets.size]).toEqual([2, 1]);
  return error;
}

test('only a reset before the response shows that a reused connection was dead', async () => {
  expect(wasStale(await onReused((socket) => socket.resetAndDestroy()))).toBe(true);
});

test.each([
  ['a timeout', () => undefined],
  ['a reset after the headers', (socket: Socket) => socket.write(head(9), () => socket.resetAndDestroy())],
  ['a body that stops', (socket: Socket) => socket.write(`${head(9)}{"It`)],
])('%s does not: the peer may have carried out the request', async (_, stop) => {
  expect(wasStale(await onReused(stop))).toBe(false);
});

test('nor does a reset of a new connection', async () => {
  acts = [(socket) => socket.resetAndDestroy()];
  const error = await rejectionOf(client.send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'a' } } })));
  expect(wasStale(error)).toBe(false);
});

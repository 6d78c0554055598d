import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { functions } from '../../lambda/contract/functions.ts';
import { openTable } from '../../lambda/store/dynamo.ts';
import { DynamoSessionStore } from '../../lambda/store/dynamo-session-store.ts';
import { expectUnavailable } from '../support/expect.ts';
import { newSession, rotationOf } from '../support/sessions.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

test('a database that says nothing is given up while there still is time to say 503', async () => {
  let requests = 0;
  server = createServer(() => {
    requests += 1;
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  const store = new DynamoSessionStore(openTable('any'), () => 'operation');
  const startedAt = performance.now();
  await expectUnavailable(store.rotate(rotationOf(newSession())), 'store_unavailable');
  expect(requests).toBe(3);
  expect(performance.now() - startedAt).toBeLessThan((functions.refresh.timeoutSeconds - 1) * 1000);
});

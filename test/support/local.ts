import { join } from 'node:path';
import { createClock } from '../../local/clock.ts';
import { ensureDemoUser } from '../../local/demo-user.ts';
import { type LocalOptions, type LocalService, startLocal } from '../../local/service.ts';
import { insistOnHygiene } from './hygiene.ts';
import { synthesizedStack } from './local-assembly.ts';
import { canary, writeDown, writeDownLine } from './transcript.ts';

/** A local service for a test, with a user and with a clock that the test moves. */
export interface TestService extends LocalService {
  readonly username: string;
  readonly password: string;
  /** Creates another user with the CLI. */
  addUser(username: string, password: string): Promise<void>;
}

/** Options of {@link startService}. */
export interface TestServiceOptions
  extends Pick<LocalOptions, 'dataDir' | 'dynamodbEndpoint' | 'onLog' | 'name' | 'countTableCalls'> {
  /** Settings, as for `npm start -- -c key=value`. */
  readonly context?: Readonly<Record<string, string>>;
}

/**
 * Builds, synthesizes (once per settings and state of the sources) and serves the real stack on a free port. Call
 * `stop()` at the end. It fails if a log line or an event contains a secret.
 */
export async function startService(options: TestServiceOptions = {}): Promise<TestService> {
  const { context, onLog, ...rest } = options;
  const service = await startLocal({
    ...rest,
    cloudAssembly: await synthesizedStack(context),
    clock: createClock(),
    onLog: (line) => {
      writeDownLine(line);
      onLog?.(line);
    },
  });
  const { tableName, endpoints } = service;
  const root = join(import.meta.dirname, '../..');
  const passwords = new Set<string>();
  const addUser = async (username: string, password: string): Promise<void> => {
    passwords.add(password);
    canary(password);
    await ensureDemoUser({ root, tableName, endpoints, username, password, dataDir: undefined });
  };
  const username = 'alice@example.com';
  const password = 'correct horse battery staple';
  try {
    await addUser(username, password);
  } catch (error) {
    await service.stop();
    throw error;
  }
  const stop = async (): Promise<void> => {
    await service.stop();
    for (const event of service.events) writeDown('event', JSON.stringify(event));
    insistOnHygiene(service, passwords);
  };
  return { ...service, username, password, addUser, stop };
}

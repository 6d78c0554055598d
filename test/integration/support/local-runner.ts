import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { type LocalOptions, type LocalService, startLocal } from '../../../local/service.ts';
import { type Fixture, type FixtureOptions, writeFixture } from '../../support/local-fixture.ts';

/** As little as can be served. */
export const echo: FixtureOptions = { functions: { Echo: 'return event;' }, routes: { 'GET /': { to: 'Echo' } } };

/** Serves a fixture until the test is over. */
export async function serveForTest(fixtureOptions: FixtureOptions, options: Partial<LocalOptions> = {}) {
  const fixture = writeFixture(fixtureOptions);
  onTestFinished(fixture.remove);
  const service = await startLocal({ cloudAssembly: fixture.directory, ...options });
  onTestFinished(service.stop);
  return service;
}

/** Serves a fixture to all tests of a file. What is returned is filled before the first of them. */
export function serveForFile(fixtureOptions: FixtureOptions): LocalService {
  const service = {} as LocalService;
  let fixture: Fixture | undefined;
  beforeAll(async () => {
    fixture = writeFixture(fixtureOptions);
    Object.assign(service, await startLocal({ cloudAssembly: fixture.directory }));
  });
  afterAll(async () => {
    await service.stop?.();
    fixture?.remove();
  });
  return service;
}

/** A directory for data that goes when the test is over. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'pawl-data-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A port that another process occupies until the test ends. */
export async function takenPort(): Promise<number> {
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await once(other, 'listening');
  return (other.address() as AddressInfo).port;
}

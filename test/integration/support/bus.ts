import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { type Schema, Validator } from '@cfworker/json-schema';
import { expect } from 'vitest';
import { localCredentials } from '../../../local/aws/dynamodb-call.ts';
import type { BusEvent } from '../../../local/aws/event-bridge.ts';
import { readAssembly } from '../../../local/cloudformation/assembly.ts';
import type { ProxiedService } from './service.ts';

/** The bus as another service of the team sees it: by the AWS SDK, over HTTP. */
export interface Bus {
  readonly name: string;
  /** Puts signals, all in one request. */
  signal(
    ...signals: readonly { readonly type: string; readonly detail: unknown; readonly source?: string }[]
  ): Promise<void>;
  stop(): void;
}

/** @param assembly the synthesized stack that the service runs */
export function busOf({ local }: ProxiedService, assembly: string): Bus {
  const name = busName(assembly);
  const endpoint = local.endpoints.AWS_ENDPOINT_URL_EVENTBRIDGE ?? '';
  const client = new EventBridgeClient({ endpoint, region: 'us-east-1', credentials: localCredentials });
  return {
    name,
    signal: async (...signals) => {
      const Entries = signals.map(({ type, detail, source = 'pawl.signal' }) => {
        return { EventBusName: name, Source: source, DetailType: type, Detail: JSON.stringify(detail) };
      });
      const { FailedEntryCount } = await client.send(new PutEventsCommand({ Entries }));
      expect(FailedEntryCount).toBe(0);
    },
    stop: () => client.destroy(),
  };
}

/** The name of a synthesized stack's bus. */
export function busName(assembly: string): string {
  const { stackName, template } = readAssembly(assembly);
  const resources = Object.entries(
    template.Resources as Record<string, { Type: string; Properties?: { Name?: string } }>,
  );
  const [id, bus] = resources.find(([, { Type }]) => Type === 'AWS::Events::EventBus') ?? [];
  return bus?.Properties?.Name ?? `${stackName}-${String(id)}`;
}

/** An event as EventBridge delivers it, for a function that is called directly. */
export function signalEvent(type: string, detail: unknown, id: string): Record<string, unknown> {
  return { version: '0', id, source: 'pawl.signal', 'detail-type': type, detail };
}

/** What the service said on the bus while something happened, as `[detail-type, detail]`. */
export async function publishedBy(service: ProxiedService, action: () => Promise<unknown>) {
  const before = service.local.events.length;
  await action();
  return service.local.events
    .slice(before)
    .filter(({ source }) => source === 'pawl')
    .map((event: BusEvent) => [event['detail-type'], event.detail] as const);
}

/** Every published event of a type is as its schema in docs/events says, and between them they have all its members. */
export function expectAsDocumented(service: ProxiedService, type: string): void {
  const path = join(import.meta.dirname, `../../../docs/events/${type}.schema.json`);
  const schema = JSON.parse(readFileSync(path, 'utf8')) as Schema;
  const validator = new Validator(schema, '2020-12', false);
  const details = service.local.events
    .filter((event) => event.source === 'pawl' && event['detail-type'] === type)
    .map(({ detail }) => detail as object);
  expect(details).not.toEqual([]);
  for (const detail of details) expect(validator.validate(detail).errors).toEqual([]);
  const members = new Set(details.flatMap((detail) => Object.keys(detail)));
  expect(members).toEqual(new Set(Object.keys(schema.properties ?? {})));
}

/**
 * A copy of a synthesized stack, some of its functions with further environment variables.
 *
 * @param functions matches logical ids; the variables of all functions that it matches are set
 */
export function assemblyWith(assembly: string, functions: RegExp, variables: Readonly<Record<string, string>>) {
  const directory = mkdtempSync(join(tmpdir(), 'pawl-assembly-'));
  cpSync(assembly, directory, { recursive: true });
  const { stackName, template } = readAssembly(directory);
  const resources = template.Resources as Record<string, { Type: string; Properties: { Environment?: Environment } }>;
  const chosen = Object.keys(resources).filter(
    (id) => resources[id]?.Type === 'AWS::Lambda::Function' && functions.test(id),
  );
  expect(chosen).not.toEqual([]);
  for (const id of chosen) Object.assign(resources[id]?.Properties.Environment?.Variables ?? {}, variables);
  writeFileSync(join(directory, `${stackName}.template.json`), JSON.stringify(template));
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

interface Environment {
  readonly Variables: Record<string, unknown>;
}

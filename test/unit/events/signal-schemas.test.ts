import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Schema, Validator } from '@cfworker/json-schema';
import { describe, expect, test } from 'vitest';
import { securityEvents } from '../../../lambda/core/events.ts';
import { readSignal } from '../../../lambda/events/read-signal.ts';
import { signalSchema } from '../../../lambda/events/signal-schema.ts';

const directory = join(import.meta.dirname, '../../../docs/events');
const documents = new Map(
  globSync('*.schema.json', { cwd: directory }).map((file) => {
    const document = JSON.parse(readFileSync(join(directory, file), 'utf8')) as Schema;
    return [basename(file, '.schema.json'), document] as const;
  }),
);

const page = readFileSync(join(directory, '../events.md'), 'utf8');

test('docs/events.md shows a signal that the function takes', () => {
  const [, json = ''] = /^```json\n(.*?)^```$/ms.exec(page) ?? [];
  const [entry] = JSON.parse(json) as { Source: string; DetailType: string; Detail: string }[];
  const event = {
    id: 'e1',
    source: entry?.Source,
    'detail-type': entry?.DetailType,
    detail: JSON.parse(entry?.Detail ?? ''),
  };
  expect(readSignal(event)).toMatchObject({ type: 'TheftSuspected', subject: '<subject>' });
  for (const type of securityEvents) expect(page).toContain(`\`${type}\``);
});

test('there is one document for the signals and one for each event', () => {
  expect([...documents.keys()].sort()).toEqual([
    'LoginBlocked',
    'RefreshTokenReused',
    'SessionRevoked',
    'SessionStarted',
    'SubjectDeleted',
    'SubjectRevoked',
    'signal',
  ]);
});

test('signal.schema.json is what the function checks by', () => {
  expect(documents.get('signal')).toEqual(signalSchema);
});

test('the published cause is any type of signal', () => {
  expect(documents.get('SubjectRevoked')).toMatchObject({ properties: { cause: { enum: [...securityEvents] } } });
});

describe.each([...documents])('%s', (name, document) => {
  test('says what each member is, and names no member that could be secret', () => {
    const properties = Object.entries(document.properties as Record<string, { description?: string }>);
    for (const [member, { description }] of properties) {
      expect(description, member).toMatch(/./);
      expect(member).not.toMatch(/token|password|secret|hash|email|username/i);
    }
    expect(Object.keys(document.properties ?? {})).toEqual(expect.arrayContaining(document.required as string[]));
  });

  test('is described in docs/events.md, member by member', () => {
    expect(page).toContain(`(events/${name}.schema.json)`);
    for (const member of Object.keys(document.properties ?? {})) expect(page).toContain(`\`${member}\``);
  });

  test('refuses an empty object', () => {
    expect(new Validator(document, '2020-12').validate({}).valid).toBe(false);
  });
});

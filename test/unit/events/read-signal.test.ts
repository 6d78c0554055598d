import { describe, expect, test } from 'vitest';
import { securityEvents } from '../../../lambda/core/events.ts';
import { MalformedSignal, readSignal } from '../../../lambda/events/read-signal.ts';

const event = (changes: Readonly<Record<string, unknown>> = {}) => ({
  version: '0',
  id: 'e1',
  source: 'pawl.signal',
  'detail-type': 'TheftSuspected',
  detail: { subject: 'alice' },
  ...changes,
});
const read = (detail: unknown, changes = {}) => readSignal(event({ detail, ...changes }));

test.each(securityEvents)('%s is a signal', (type) => {
  expect(readSignal(event({ 'detail-type': type }))).toEqual({ id: 'e1', type, subject: 'alice' });
});

test('a note is accepted and ignored', () => {
  expect(read({ subject: 'alice', note: 'ticket 42' })).toEqual({ id: 'e1', type: 'TheftSuspected', subject: 'alice' });
});

describe('an id of its own', () => {
  const idOf = (detail: { subject: string; id: string }, changes = {}) => read(detail, changes).id;

  test('counts in the place of the event’s, which differs each time that it is put', () => {
    const detail = { subject: 'alice', id: 'ticket 42' };
    expect(idOf(detail, { id: 'e1' })).toBe(idOf(detail, { id: 'e2' }));
  });

  test('counts for one type and one subject', () => {
    const ids = [
      idOf({ subject: 'alice', id: '1' }),
      idOf({ subject: 'bob', id: '1' }),
      idOf({ subject: 'alice', id: '2' }),
      idOf({ subject: 'alice', id: '1' }, { 'detail-type': 'AccountDisabled' }),
    ];
    expect(new Set(ids).size).toBe(4);
  });

  test.each([
    ['a#b', 'c', 'a', 'b#c'],
    ['a","b', 'c', 'a', 'b","c'],
  ])('never meets another by how it is written: %j', (subject, id, otherSubject, otherId) => {
    expect(idOf({ subject, id })).not.toBe(idOf({ subject: otherSubject, id: otherId }));
  });

  test('never meets an event’s id', () => {
    expect(idOf({ subject: 'alice', id: 'e1' })).not.toBe('e1');
  });
});

describe('no signal', () => {
  test.each([
    ['another source', { source: 'pawl' }],
    ['no source', { source: undefined }],
    ['an unknown type', { 'detail-type': 'PasswordForgotten' }],
    ['a type in another case', { 'detail-type': 'passwordchanged' }],
    ['a type that every object has', { 'detail-type': 'constructor' }],
    ['no type', { 'detail-type': undefined }],
    ['no id', { id: undefined }],
    ['an empty id', { id: '' }],
    ['an id that is not text', { id: 7 }],
  ])('%s', (_name, changes) => {
    expect(() => readSignal(event(changes))).toThrow(MalformedSignal);
  });

  test.each([
    ['no detail', undefined],
    ['null', null],
    ['text', 'alice'],
    ['a list', ['alice']],
    ['no subject', {}],
    ['an empty subject', { subject: '' }],
    ['a subject that is not text', { subject: 7 }],
    ['several subjects', { subject: ['alice', 'bob'] }],
    ['a subject that is too long', { subject: 'x'.repeat(129) }],
    ['an unknown member', { subject: 'alice', sessions: 'one' }],
    ['an id that is not text', { subject: 'alice', id: 7 }],
    ['an empty id', { subject: 'alice', id: '' }],
    ['an id that is too long', { subject: 'alice', id: 'x'.repeat(129) }],
    ['a note that is too long', { subject: 'alice', note: 'x'.repeat(201) }],
  ])('%s', (_name, detail) => {
    expect(() => read(detail)).toThrow(MalformedSignal);
  });

  test('is explained without quoting it', () => {
    expect(() => read({ subject: 7, canary: 'do not quote me' })).toThrow(/^detail is malformed at #/);
    expect(() => read({ subject: 7, canary: 'do not quote me' })).not.toThrow(/quote/);
  });
});

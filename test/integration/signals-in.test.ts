import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { securityEvents } from '../../lambda/core/events.ts';
import { hitting, loseAnswer, reset } from '../support/fault-proxy.ts';
import { synthesizedStack } from '../support/local-assembly.ts';
import { accountAttribute, expectChallenge, listSessions } from './support/account.ts';
import { type Bus, busOf, publishedBy, signalEvent } from './support/bus.ts';
import { serviceForFile, userForEachTest } from './support/service.ts';
import * as session from './support/session.ts';

const service = serviceForFile();
const user = userForEachTest(service);
let bus: Bus;
beforeAll(async () => {
  bus = busOf(service, await synthesizedStack());
});
afterAll(() => bus.stop());

const open = () => session.openSession(service, user);
const refresh = (token: string) => session.refresh(service, token);
const expectDead = (...sessions: session.Tokens[]) => session.expectDead(service, ...sessions);
const epoch = () => accountAttribute(service, user, 'epoch');
const invoke = (type: string, detail: unknown, id: string) =>
  service.local.invoke('TokenServiceSignals', signalEvent(type, detail, id));
/** What the function has logged, the newest last. */
const lines = () =>
  service.local.logs
    .map(({ line }) => line)
    .filter((line) => line.includes('"route":"signals"'))
    .map((line) => JSON.parse(line) as { outcome: string; subject?: string; level: string });
const deadLetters = () =>
  service.local.deadLetters('DeadLetters').map((body) => JSON.parse(body) as { detail: unknown });
/** The bus answers first and delivers then. */
const untilLogged = (outcome: string, subject = user.subject) =>
  vi.waitFor(() => expect(lines()).toContainEqual(expect.objectContaining({ outcome, subject })), 10_000);

describe('a signal on the bus', () => {
  test.each(securityEvents)('%s ends every session of its subject', async (type) => {
    const [one, two] = [await open(), await open()];
    const other = await session.openSession(service, await service.addUser());
    const published = await publishedBy(service, async () => {
      await bus.signal({ type, detail: { subject: user.subject, note: 'seen by the fraud desk' } });
      await untilLogged('revoked');
    });
    expect(published).toEqual([['SubjectRevoked', { subject: user.subject, cause: type }]]);
    await expectDead(one, two);
    expectChallenge(await listSessions(service, two.accessToken));
    expect((await refresh(other.refreshToken)).status).toBe(200);
    const again = await session.login(service, user);
    if (type === 'AccountDisabled') session.expectError(again, 400, 'invalid_grant');
    else expect((await refresh(session.tokensOf(again).refreshToken)).status).toBe(200);
  });

  test('under an id of its own counts once, although it is put twice', async () => {
    const signal = { type: 'TheftSuspected', detail: { subject: user.subject, id: 'case 1' } };
    await bus.signal(signal);
    await untilLogged('revoked');
    const between = await open();
    await bus.signal(signal);
    await untilLogged('repeated');
    expect(await epoch()).toBe(1);
    expect((await refresh(between.refreshToken)).status).toBe(200);
  });

  test('under an id that another subject had is carried out', async () => {
    const [other, theirs] = [await service.addUser(), await open()];
    await invoke('TheftSuspected', { subject: other.subject, id: '1' }, crypto.randomUUID());
    await invoke('TheftSuspected', { subject: user.subject, id: '1' }, crypto.randomUUID());
    await expectDead(theirs);
  });

  test('about an unknown subject is logged, and is not an error', async () => {
    const subject = 'nobody-knows-me';
    await bus.signal({ type: 'AccountDisabled', detail: { subject } });
    await untilLogged('unknown_subject', subject);
    expect(lines().at(-1)).toMatchObject({ level: 'info' });
    expect(deadLetters().filter(({ detail }) => JSON.stringify(detail).includes(subject))).toEqual([]);
    expect(await service.table('GetItem', { Key: { pk: { S: `USER#${subject}` }, sk: { S: 'ACCOUNT' } } })).toEqual({});
  });

  test('from a source that we do not listen to is not delivered', async () => {
    const own = await open();
    await bus.signal({ type: 'TheftSuspected', detail: { subject: user.subject }, source: 'somebody.else' });
    // Delivered in the order in which they were put: once this one is carried out, the other is not under way any more.
    const second = await service.addUser();
    await invoke('TheftSuspected', { subject: second.subject }, crypto.randomUUID());
    expect(lines().filter(({ subject }) => subject === user.subject)).toEqual([]);
    expect((await refresh(own.refreshToken)).status).toBe(200);
  });
});

test('what is malformed reaches the dead-letter queue as it came, and changes nothing', async () => {
  const own = await open();
  const { subject } = user;
  const malformed = [
    { type: 'TheftSuspected', detail: {} },
    { type: 'TheftSuspected', detail: { subject: 7 } },
    { type: 'TheftSuspected', detail: { subject: [subject] } },
    { type: 'TheftSuspected', detail: { subject, surplus: 'member' } },
    { type: 'TheftSuspected', detail: { Subject: subject } },
    { type: 'SessionStarted', detail: { subject } },
    { type: 'theftsuspected', detail: { subject } },
  ];
  await bus.signal(...malformed);
  await vi.waitFor(() => expect(deadLetters()).toHaveLength(malformed.length), 20_000);
  const arrived = deadLetters().map((event) => [(event as Record<string, unknown>)['detail-type'], event.detail]);
  expect(arrived).toEqual(expect.arrayContaining(malformed.map(({ type, detail }) => [type, detail])));
  expect(await epoch()).toBe(0);
  expect((await refresh(own.refreshToken)).status).toBe(200);
  expect(JSON.stringify(lines())).not.toContain('surplus');
});

describe('an event that is delivered again', () => {
  const id = () => crypto.randomUUID();
  const detail = () => ({ subject: user.subject });
  /** The call in which the event's id is written down. */
  const remembering = (call: { readonly operation: string; readonly input: object }) =>
    call.operation === 'PutItem' && JSON.stringify(call.input).includes('SIGNAL#');
  const revoking = (call: { readonly operation: string; readonly input: object }) =>
    call.operation === 'UpdateItem' && JSON.stringify(call.input).includes('epoch + :one');
  /** The SDK's tries of one call. */
  const tries = 3;

  test('does nothing more: a session that was opened in between lives', async () => {
    const event = id();
    await open();
    await invoke('PasswordChanged', detail(), event);
    const between = await open();
    const published = await publishedBy(service, () => invoke('PasswordChanged', detail(), event));
    expect([published, lines().at(-1)?.outcome, await epoch()]).toEqual([[], 'repeated', 1]);
    expect((await refresh(between.refreshToken)).status).toBe(200);
  });

  test('ten times at once raises the epoch once', async () => {
    const event = id();
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => invoke('PasswordChanged', detail(), event)));
    expect(outcomes.every(({ ok }) => ok)).toBe(true);
    expect(await epoch()).toBe(1);
  });

  test('after a crash between revoking and remembering is harmless', async () => {
    const event = id();
    const before = await open();
    service.dynamo.intercept(hitting(reset, remembering, tries));
    expect(await invoke('TheftSuspected', detail(), event)).toMatchObject({ ok: false });
    await expectDead(before);
    const between = await open();
    expect(await invoke('TheftSuspected', detail(), event)).toMatchObject({ ok: true });
    service.dynamo.intercept(undefined);
    expect(await epoch()).toBe(1);
    expect((await refresh(between.refreshToken)).status).toBe(200);
  });

  test('after a crash before revoking is carried out then', async () => {
    const event = id();
    const before = await open();
    service.dynamo.intercept(hitting(reset, revoking, tries));
    expect(await invoke('TheftSuspected', detail(), event)).toMatchObject({ ok: false });
    expect((await refresh(before.refreshToken)).status).toBe(200);
    expect(await invoke('TheftSuspected', detail(), event)).toMatchObject({ ok: true });
    service.dynamo.intercept(undefined);
    await expectDead(before);
  });

  test('by the bus itself, after a crash, is carried out without intervention', async () => {
    const before = await open();
    service.dynamo.intercept(hitting(reset, revoking, tries));
    await bus.signal({ type: 'TheftSuspected', detail: detail() });
    await untilLogged('revoked');
    service.dynamo.intercept(undefined);
    await expectDead(before);
  });

  test('to the table, by the SDK, because the answer was lost, raises the epoch once', async () => {
    service.dynamo.intercept(hitting(loseAnswer, revoking, 1));
    expect(await invoke('TheftSuspected', detail(), id())).toMatchObject({ ok: true });
    service.dynamo.intercept(undefined);
    expect(await epoch()).toBe(1);
  });
});

import { confirmed } from '../frame/ask.ts';
import { type CommandFactory, command } from '../frame/command.ts';
import { exitCodes, Failure } from '../frame/failure.ts';
import { Outbox } from '../frame/outbox.ts';
import { accountsIn, sessionsIn, tableOf } from '../frame/table.ts';
import { findUser } from '../users/find-user.ts';
import { endAllSessions } from './end-all.ts';
import { sessionsOf } from './live.ts';
import { sessionDetails, sessionRow } from './row.ts';
import { tokensLiveOn } from './tokens-live-on.ts';
import { whyEnded } from './why-ended.ts';

const listSessions = command<{ all?: boolean }>({
  usage: 'list <user>',
  summary: 'list the live sessions of a user, the most recently used first',
  changes: false,
  examples: [
    ['sessions list alice@example.com --stack Pawl', 'list live sessions'],
    ['sessions list alice@example.com --all --stack Pawl', 'list recently ended ones too, with the reason'],
  ],
  options: (made) => made.option('--all', 'include ended sessions that are still in the table'),
  run: async ([typed = ''], { all }, { target, output }) => {
    const table = tableOf(target);
    const { account } = await findUser(typed, accountsIn(table));
    const seen = (await sessionsOf(account.subject, table, target.nowMs())).filter(
      ({ state }) => all === true || state === 'live',
    );
    output.rows(seen.map(sessionRow));
    output.say(`${seen.length} ${seen.length === 1 ? 'session' : 'sessions'} of ${account.username}`);
  },
});

const showSession = command({
  usage: 'show <user> <sessionId>',
  summary: 'show one session; if it has ended, when and why',
  changes: false,
  examples: [['sessions show alice@example.com Qk3mW0d2b5cQ1Zg8oXl7yF --stack Pawl', 'by the sessionId of a log line']],
  run: async ([typed = '', sessionId], _options, { target, output }) => {
    const table = tableOf(target);
    const { account } = await findUser(typed, accountsIn(table));
    const found = (await sessionsOf(account.subject, table, target.nowMs())).find(
      ({ session }) => session.sessionId === sessionId,
    );
    if (found === undefined) throw unknownSession(typed, sessionId);
    output.one(sessionDetails(found));
    for (const sentence of whyEnded(found, target)) output.say(sentence);
  },
});

const endSession = command({
  usage: 'end <user> <sessionId>',
  summary: 'end one session of a user; the others continue',
  asks: true,
  examples: [['sessions end alice@example.com Qk3mW0d2b5cQ1Zg8oXl7yF --stack Pawl', 'log one device out']],
  run: async ([typed = '', sessionId = ''], { yes }, context) => {
    const { target, steps, output } = context;
    const table = tableOf(target);
    const { account } = await findUser(typed, accountsIn(table));
    const { subject, username } = account;
    // Only compared, never used as a key, because the id can be any text.
    const found = (await sessionsOf(subject, table, target.nowMs())).find(
      ({ session }) => session.sessionId === sessionId,
    );
    if (found === undefined) throw unknownSession(typed, sessionId);
    await confirmed(`This ends the session ${sessionId} of ${username}.`, yes, context.io);
    const { outcome } = await steps.run(`end the session ${sessionId} of ${username}`, () =>
      sessionsIn(table).revoke(subject, sessionId, 'deleted', target.nowMs()),
    );
    const outbox = new Outbox();
    // Publish even if the session had already ended: an earlier run may have ended it and failed to reach the bus.
    if (outcome === 'revoked' || found.state === 'deleted') {
      await outbox.publish([{ type: 'SessionRevoked', subject, sessionId, reason: 'deleted' }]);
    }
    await outbox.put(context);
    if (output.json) output.one({ subject, sessionId, ended: outcome === 'revoked' });
    output.say(
      outcome === 'revoked' ? `session ${sessionId} is over` : `session ${sessionId} had already ended: ${found.state}`,
    );
    if (outcome === 'revoked') output.say(tokensLiveOn(target));
  },
});

function unknownSession(typed: string, sessionId: string | undefined): Failure {
  return new Failure(`${typed} has no session ${sessionId}`, exitCodes.notFound);
}

export const sessionsCommands: readonly CommandFactory[] = [listSessions, showSession, endSession, endAllSessions];

import { type SecurityEvent, securityEvents } from '../../lambda/core/events.ts';
import { putSignal } from '../../lambda/events/put-events.ts';
import { confirmed } from '../frame/ask.ts';
import { command } from '../frame/command.ts';
import { exitCodes, Failure } from '../frame/failure.ts';
import { accountsIn, tableOf } from '../frame/table.ts';
import { tokensLiveOn } from '../sessions/tokens-live-on.ts';
import { findUser } from '../users/find-user.ts';

interface Options {
  readonly id?: string;
  readonly note?: string;
}

const limits = { maxAttempts: 3, connectionTimeout: 2000, requestTimeout: 5000 };

export const sendEvent = command<Options>({
  usage: 'send <type> <user>',
  summary: 'put a signal on the event bus, as another service would',
  asks: true,
  examples: [
    ['events send TheftSuspected alice@example.com --stack Pawl', 'end every session of alice, a moment later'],
    ['events send PasswordChanged 8oXl7yFqk3mW0d2b5cQ1Zg --id "case 4711" --stack Pawl', 'have it carried out once'],
  ],
  options: (made) =>
    made
      .option('--id <id>', 'id of the incident; a signal with the same type, user and id is carried out once')
      .option('--note <text>', 'note for people'),
  run: async ([type = '', typed = ''], { id, note, yes }, { target, steps, output, io }) => {
    const signal = signalType(type);
    const bus = target.need('EventBusName');
    // A bus is enough if you have no access to the table; the user is then identified by subject.
    const subject =
      target.find('TableName') === undefined
        ? typed
        : (await findUser(typed, accountsIn(tableOf(target)))).account.subject;
    await confirmed(`This ends every session of ${typed}.`, yes, io);
    await steps.run(`put ${signal} on the bus ${bus}`, () =>
      putSignal(bus, signal, { subject, ...(id && { id }), ...(note && { note }) }, limits),
    );
    if (output.json) output.one({ type: signal, subject });
    output.say(`${signal} is on the bus; the service carries it out within seconds`);
    output.say(tokensLiveOn(target));
  },
});

function signalType(typed: string): SecurityEvent {
  const found = securityEvents.find((known) => known === typed);
  if (found === undefined)
    throw new Failure(`${typed} is not a signal: use one of ${securityEvents.join(', ')}`, exitCodes.usage);
  return found;
}

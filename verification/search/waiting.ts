import { Unavailable } from '../../lambda/core/errors.ts';
import type { Around } from '../../test/support/around.ts';
import type { Model } from './model.ts';
import { queueing } from './step.ts';

/** Makes every call wait until it is chosen, except calls whose timing makes no difference. */
export function waitingIn(
  { left, others, steps }: Pick<Model, 'left' | 'others' | 'steps'>,
  who: string,
  hear: (what: string) => void,
): Around {
  const wait = queueing(who, steps, hear);
  return (name, apply) => {
    // The account is no longer written, so the timing of the read makes no difference.
    const settled = left.revocations === 0 && others.size === 0;
    if ((settled && name === 'accounts.read') || /^(accounts.findSubject|sessions.list)$/.test(name)) return apply();
    const isTidying =
      who === 'admin' || others.get(who)?.heard.includes('accounts.revokeSessions={"applied":true') === true;
    if (isTidying && name === 'accounts.readWithSessions' && !left.tidies)
      return Promise.reject(new Unavailable('store_unavailable'));
    const mayFail = name === 'signer.sign' && left.faults > 0;
    return mayFail || /^(sessions|accounts)/.test(name) ? wait(name, apply) : apply();
  };
}

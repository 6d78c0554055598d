import { type Access, accessOf, type TabMessage } from './access.ts';
import type { Carrier } from './carrier.ts';
import type { Core } from './core-type.ts';
import type { Platform } from './platform.ts';
import { refresher, repeatMs } from './refresh.ts';
import type { SessionOptions, State } from './types.ts';
import { abortable, sender } from './wire.ts';

export function openCore(baseUrl: string, options: SessionOptions, carrier: Carrier, platform: Platform): Core {
  const { now, random, timer } = platform;
  const send = sender(baseUrl, carrier.cookie ? 'include' : 'omit', platform);
  const refreshes = refresher(send, carrier, platform);
  const listeners = new Set([options.onChange]);
  let state: State | undefined;
  let access: Access | undefined;
  let flight: { readonly done: Promise<Access | undefined>; readonly stop: AbortController } | undefined;
  /** Logins and logouts in progress, here and in other tabs. */
  let busy: Promise<undefined> | undefined;
  /** Those of this tab. */
  let working = false;
  let proceed: (() => void) | undefined;
  /** The last session that ended, so that a late message of another tab does not restore it. */
  let ended: string | undefined;
  let tell: (message: TabMessage) => void = () => {};
  let dueAt = 0;
  let started = false;
  let cancelTimer: (() => void) | undefined;

  const become = (next: State): void => {
    if (state === next) return;
    state = next;
    for (const call of listeners) call?.(next);
  };

  /** By wall clock, because a timer does not count the time that a device sleeps. */
  const schedule = (at: number): void => {
    dueAt = at;
    cancelTimer?.();
    cancelTimer = timer(at - now(), check, true);
  };

  const check = (): void => {
    if (state !== 'signed-out' && now() >= dueAt) refresh().catch(() => {});
  };

  const adopt = (next: Access): void => {
    access = next;
    // Each tab picks a random time between 70 and 95 % of the lifetime, so that tabs do not refresh simultaneously.
    schedule(next.issuedAt + (next.expiresAt - next.issuedAt) * (0.7 + random() / 4));
    become('signed-in');
  };

  const cutOff = (): void => {
    flight?.stop.abort();
    flight = undefined;
  };

  const end = (quiet?: boolean): void => {
    ended = access?.sessionId ?? ended;
    if (!quiet) tell({ type: 'ended', access });
    access = undefined;
    become('signed-out');
  };

  /** Refreshes, logins and logouts wait until the work has finished. */
  const hold = (work: Promise<unknown>): void => {
    const mine = Promise.allSettled([busy, work]).then((): undefined => {
      if (busy === mine) busy = undefined;
    });
    busy = mine;
  };

  const hear = ({ type, access: theirs }: TabMessage): void => {
    if (type === 'access') {
      const same = !access || (access.sessionId === theirs?.sessionId && access.expiresAt < theirs.expiresAt);
      if (theirs && theirs.sessionId !== ended && same) adopt(theirs);
      return;
    }
    if (type === 'hello') {
      if (working) tell({ type: 'pause' });
      return;
    }
    proceed?.();
    if (type === 'go') return;
    cutOff();
    if (type === 'pause') {
      const told = new Promise<void>((resolve) => {
        proceed = resolve;
        timer(repeatMs, resolve, true);
      });
      hold(told);
    }
    if (type === 'login' && theirs) adopt(theirs);
    if (type === 'ended') {
      // A tab that has just opened does not know which session it has ended: it is the one in the cookie.
      if (!theirs || access?.sessionId === theirs.sessionId) end(true);
      if (theirs) ended = theirs.sessionId;
    }
  };

  /** Sends nothing before the first use, so that a server can render the page. */
  const start = (): void => {
    if (started) return;
    started = true;
    if (carrier.cookie) tell = platform.tabs(`pawl ${baseUrl}`, hear as (message: unknown) => void) ?? tell;
    tell({ type: 'hello' });
    platform.onWake((online) => {
      if (online) {
        refreshes.warm();
        if (state === 'unreachable') dueAt = 0;
      }
      check();
    });
    check();
  };

  const valid: Core['valid'] = async (signal) => {
    start();
    if (access && now() < access.expiresAt) {
      check();
      return access;
    }
    return state === 'signed-out' ? undefined : refresh(signal);
  };

  const commit: Core['commit'] = (type, { body }, sentAt) => {
    const next = accessOf(body, sentAt);
    adopt(next);
    tell({ type, access: next });
    return next;
  };

  const run = async (signal: AbortSignal): Promise<Access | undefined> => {
    try {
      const refreshed = await refreshes.run(signal);
      if (signal.aborted) {
        await busy;
        return valid();
      }
      if (refreshed) return commit('access', refreshed.answer, refreshed.sentAt);
      end(!access);
    } catch (error) {
      // The cookie is not readable: if the service reports it missing, this is a first visit.
      if (carrier.cookie && !access && (error as { error?: string }).error === 'invalid_request') end(!access);
      else {
        schedule(now() + repeatMs);
        if (!access || now() >= access.expiresAt) become('unreachable');
        throw error;
      }
    }
    return undefined;
  };

  const refresh: Core['refresh'] = (signal, refused) => {
    if (busy) return abortable(busy.then(valid), signal);
    // Another call may have refreshed in the meantime.
    if (refused && access && access.token !== refused) return Promise.resolve(access);
    if (!flight) {
      const stop = new AbortController();
      const done = run(stop.signal).finally(() => {
        if (flight?.stop === stop) flight = undefined;
      });
      flight = { done, stop };
    }
    return abortable(flight.done, signal);
  };

  return {
    send,
    now,
    known: () => state,
    current: () => access,
    valid,
    refresh,
    commit,
    end,
    subscribe(listener) {
      const own = (next: State) => listener(next); // A function may subscribe twice.
      listeners.add(own);
      start();
      return () => listeners.delete(own);
    },
    exclusive(work) {
      start();
      const done = (async () => {
        await busy;
        working = true;
        tell({ type: 'pause' });
        cutOff();
        return work();
      })().finally(() => {
        working = false;
        tell({ type: 'go' });
      });
      hold(done);
      return done;
    },
  };
}

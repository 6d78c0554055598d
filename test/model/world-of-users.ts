import { accountAllows } from '../../lambda/core/account.ts';
import { Refusal, Unavailable } from '../../lambda/core/errors.ts';
import { login } from '../../lambda/core/login.ts';
import { refresh } from '../../lambda/core/refresh.ts';
import { revoke } from '../../lambda/core/revoke.ts';
import { inactiveReason, type Session } from '../../lambda/core/session.ts';
import { RingRatchetKeys } from '../../lambda/keys/ratchet-keys.ts';
import type { RatchetRing } from '../../lambda/keys/rings.ts';
import { around, Crash, type Fate } from '../support/around.ts';
import { cachedRing, ratchetKeyRecord, ratchetRing, refreshTokensOf } from '../support/keys.ts';
import { Scheduler } from '../support/scheduler.ts';
import { alice, aliceLogin, defaultPolicy, openWorld } from '../support/world.ts';
import { checkWrites, meeting, nested, placeOf, Released } from './support.ts';

export interface Action {
  readonly what: 'login' | 'refresh' | 'revoke' | 'revoke-all' | 'keep-one' | 'disable' | 'enable' | 'ttl' | 'keys';
  /** Which device, and which of the tokens that were ever released: 0 is the newest of the device. */
  readonly device: number;
  readonly token: number;
  /** Which function runs it: each has a cache of the key ring. */
  readonly instance: number;
  readonly fates: readonly Fate[];
}

const devices = 4;

/**
 * A user, devices, thieves and two functions, and what must hold of everything that they get to see. A device keeps
 * every token that it ever got, and the thieves have them all.
 */
export class WorldOfUsers {
  readonly world = openWorld({ tools: { maxSessionsPerUser: 3 } });
  readonly #held: string[][] = Array.from({ length: devices }, () => []);
  readonly #released = new Released();
  #ring: RatchetRing = ratchetRing();
  #keys = 2;
  readonly #instances = [0, 1].map(() =>
    refreshTokensOf(new RingRatchetKeys(cachedRing(() => this.#ring, this.world.clock)), this.world.tools.random),
  );

  /** Does actions at once, in the order that the scheduler decides. */
  async doTogether(actions: readonly Action[], order: readonly number[]): Promise<void> {
    const scheduler = new Scheduler(order);
    const results = await scheduler.run(actions.map((action) => () => this.#do(action, scheduler)));
    for (const result of results) {
      // The core may refuse, be unavailable or die; anything else is a finding.
      if (result.status === 'rejected' && !isExpected(result.reason)) throw result.reason;
    }
    checkWrites(this.world);
  }

  async #do(action: Action, scheduler: Scheduler): Promise<void> {
    const refreshTokens = this.#instances[action.instance % 2] ?? this.world.tools.refreshTokens;
    const tools = around({ ...this.world.tools, refreshTokens }, nested(scheduler.around, meeting(action.fates)));
    const held = this.#held[action.device % devices] ?? [];
    const token = held.at(-1 - action.token) ?? held.at(-1) ?? '';
    const { accounts } = this.world.tools;
    switch (action.what) {
      case 'login': {
        const { refreshToken } = await login(aliceLogin, tools);
        this.#released.add(refreshToken);
        held.push(refreshToken);
        return;
      }
      case 'refresh':
        return this.#refresh(token, held, tools);
      case 'revoke':
        return void (await revoke(token, 'app', tools));
      case 'revoke-all':
        return void (await accounts.revokeSessions({ subject: alice.subject }));
      case 'keep-one': {
        // As the core does it: only a session that is alive, on the epoch under which it was seen.
        const living = this.#living(token);
        const { epoch = 0 } = (await accounts.read(alice.subject)) ?? {};
        if (living === undefined) return;
        const change = { subject: alice.subject, kept: living.sessionId, onlyIf: { epoch } };
        return void (await accounts.revokeSessions(change));
      }
      case 'disable':
        return void (await accounts.revokeSessions({ subject: alice.subject, set: { status: 'disabled' } }));
      case 'enable':
        return void (await accounts.enable(alice.subject));
      case 'ttl':
        return this.world.table.deleteSession(alice.subject, placeOf(token).split(' ')[0] ?? '');
      case 'keys':
        return this.#rotateKeys();
    }
  }

  async #refresh(token: string, held: string[], tools: typeof this.world.tools): Promise<void> {
    const request = { refreshToken: token, clientId: 'app', channel: 'body', scopes: undefined } as const;
    const before = this.#living(token);
    const answer = await refresh(request, tools);
    // Invariants 5 and 6: what was dead when the refresh began, by whatever cause, gets nothing.
    if (before === undefined) throw new Error(`a dead session refreshed: ${answer.row}`);
    this.#released.add(answer.refreshToken);
    held.push(answer.refreshToken);
  }

  /** The session of a token, if it lives by its item and by the account. */
  #living(token: string): Session | undefined {
    const session = this.world.table.session(alice.subject, placeOf(token).split(' ')[0] ?? '');
    if (session === undefined) return undefined;
    const dead = inactiveReason(session, this.world.clock.nowMs(), defaultPolicy) !== undefined;
    return dead || !accountAllows(this.world.table.accounts.get(alice.subject), session) ? undefined : session;
  }

  /** next -> current -> previous, the next one loaded everywhere before it signs. */
  #rotateKeys(): void {
    this.#keys += 1;
    const { next, current, previous } = this.#ring;
    this.world.clock.advance(300_000);
    this.#ring = {
      version: 1,
      next: ratchetKeyRecord(`k${this.#keys}`),
      current: next,
      previous: [current, ...previous],
    };
  }
}

function isExpected(error: unknown): boolean {
  return error instanceof Refusal || error instanceof Unavailable || error instanceof Crash;
}

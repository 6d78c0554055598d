import type { Device } from './client.ts';
import type { Judge } from './judge.ts';
import type { Stats } from './stats.ts';
import type { Tab } from './tab.ts';
import type { Asked } from './web.ts';

/** How long a tab's state may lag behind another tab's. */
const settleMs = 300;

/** Checks the library's guarantees from outside, by what it sends, stores and shows. */
export class ClientJudge {
  readonly #judge: Judge;
  readonly #stats: Stats;
  /** Sessions that a device has left by a login or logout. */
  readonly #left = new WeakMap<Device, Set<string>>();

  constructor(judge: Judge, stats: Stats) {
    this.#judge = judge;
    this.#stats = stats;
  }

  sends(tab: Tab, { path, cookie, body, bearer }: Asked): void {
    const { device } = tab;
    if (path === '/auth/refresh') {
      if (tab.refreshing > 0) this.#judge.report(14, `${device.name} has two refreshes under way in one tab`);
      const token = cookie ?? (body.refresh_token as string | undefined);
      if (token !== undefined && this.#leftBy(device).has(this.#sessionOf(token)))
        this.#judge.report(14, `${device.name} refreshes a session that it has left`);
    }
    if (device.channel === 'body' && bearer !== undefined) this.#checkStored(device, bearer);
  }

  /** An app that is killed after using an access token still holds a working refresh token. */
  #checkStored(device: Device, bearer: string): void {
    const given = device.given.get(bearer)?.refreshToken;
    if (given === undefined) return;
    const stored = device.token;
    const [wanted, had] = [
      this.#judge.tracks.token(given),
      stored === undefined ? undefined : this.#judge.tracks.token(stored),
    ];
    const isOlder = had?.sessionId === wanted.sessionId && had.generation < wanted.generation;
    // A call that waited while the user ended this session finds nothing stored.
    const missing = had === undefined && !this.#leftBy(device).has(wanted.sessionId);
    if (missing || isOlder)
      this.#judge.report(14, `${device.name} used an access token before its refresh token was stored`);
  }

  stored(device: Device, token: string): void {
    const left = this.#leftBy(device);
    const { sessionId, generation } = this.#judge.tracks.token(token);
    if (left.has(sessionId)) this.#judge.report(14, `${device.name} stores a token of a session that it has left`);
    const held = device.token === undefined ? undefined : this.#judge.tracks.token(device.token);
    if (held?.sessionId === sessionId && held.generation > generation)
      this.#judge.report(14, `${device.name} stores an older token over a newer one`);
    for (const other of device.had) if (this.#sessionOf(other) !== sessionId) left.add(this.#sessionOf(other));
  }

  forgot(device: Device): void {
    const left = this.#leftBy(device);
    for (const token of device.had) left.add(this.#sessionOf(token));
  }

  /** No user with a live session is signed out. Another tab may be about to announce a newer session. */
  changed(tab: Tab): void {
    if (tab.session.state !== 'signed-out') return;
    const { device } = tab;
    tab.later(settleMs, () => {
      const token = device.token ?? device.had.at(-1);
      if (tab.session.state !== 'signed-out' || token === undefined) return;
      // A logout in one tab crossed a login in the other. Only the service clears a cookie, and the user requested it.
      if (device.channel === 'cookie' && this.#leftBy(device).has(this.#sessionOf(token))) return;
      const nowMs = device.around.sim.nowMs();
      if (nowMs < device.storedAt + settleMs) return this.changed(tab);
      const session = this.#judge.tracks.sessions.get(this.#sessionOf(token));
      if (session === undefined || session.refused || this.#judge.endings.mayBeOver({ nowMs }, session)) return;
      this.#stats.count('zero', 'honest logouts');
      this.#judge.report(3, `${device.name} shows 'signed out', and its session lives`);
    });
  }

  #sessionOf(token: string): string {
    return this.#judge.tracks.token(token).sessionId;
  }

  #leftBy(device: Device): Set<string> {
    const known = this.#left.get(device) ?? new Set();
    this.#left.set(device, known);
    return known;
  }
}

import type { ProxiedCall } from '../../../test/support/counting-proxy.ts';
import { type Child, Gone } from '../systems/child.ts';
import type { Stage } from '../systems/stage.ts';
import type { Reply, Seeded, SystemName } from '../systems/system.ts';

const latencyMs = 5;
const second = 1000;
export const minute = 60 * second;

/** One system on the stage. Its processes can be killed and replaced; all of them share one shifted clock. */
export class Scene {
  readonly #stage: Stage;
  readonly #name: SystemName;
  #child: Child;
  #shiftedMs = 0;

  private constructor(stage: Stage, name: SystemName, child: Child) {
    this.#stage = stage;
    this.#name = name;
    this.#child = child;
  }

  static async open(stage: Stage, name: SystemName): Promise<Scene> {
    stage.pass(latencyMs);
    const scene = new Scene(stage, name, await stage.start(name));
    // Load all code and open all connections before the case begins.
    await scene.refresh((await scene.login()).refreshToken);
    return scene;
  }

  async login(): Promise<Seeded> {
    const [seeded] = await this.#child.seed(1);
    if (seeded === undefined) throw new Error('nobody logged in');
    return seeded;
  }

  /** Refreshes as a client does: retries when the service asks for a later attempt or sends no response. */
  async refresh(token: string): Promise<Reply> {
    let reply: Reply = { status: 0 };
    for (let attempt = 0; attempt < 4; attempt += 1) {
      reply = await this.#child.refresh(token);
      if (reply.status < 500) return reply;
      await this.pass(2 * second);
    }
    return reply;
  }

  /** Sends one refresh, without a retry. */
  refreshOnce(token: string): Promise<Reply> {
    return this.#child.refresh(token);
  }

  revokeAll(subject: string): Promise<void> {
    return this.#child.revokeAll(subject);
  }

  /** Moves the clock forward. */
  async pass(byMs: number): Promise<void> {
    this.#shiftedMs += byMs;
    await this.#child.shift(byMs);
  }

  /** Returns the number of writes of one refresh. */
  async writes(): Promise<number> {
    const { refreshToken } = await this.login();
    this.#stage.proxy.clear();
    await this.refresh(refreshToken);
    return this.#stage.proxy.calls.filter(isWrite).length;
  }

  /** Refreshes, kills the process as soon as write number `write` is applied, and starts another process. */
  async refreshAndCrashAfter(write: number, token: string): Promise<void> {
    let seen = 0;
    const { promise: landed, resolve: land } = Promise.withResolvers<void>();
    this.#stage.pass(latencyMs, async (call, forward) => {
      if (seen >= write) return 'reset'; // calls of a killed process do not arrive
      if (isWrite(call)) seen += 1;
      const answer = await forward();
      if (seen < write || !isWrite(call)) return answer;
      land();
      return 'reset';
    });
    const refreshed = this.#child.refresh(token).catch((error: unknown) => {
      if (!(error instanceof Gone)) throw error;
    });
    await landed;
    await this.#child.kill();
    await refreshed;
    this.#stage.pass(latencyMs);
    this.#child = await this.#stage.start(this.#name);
    await this.#child.shift(this.#shiftedMs);
  }

  /** Refreshes, and holds write number `write` back until `meanwhile` is done. */
  async refreshHeldBefore(write: number, token: string, meanwhile: () => Promise<void>): Promise<Reply> {
    let seen = 0;
    const halted = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    this.#stage.pass(latencyMs, async (call, forward) => {
      if (isWrite(call)) seen += 1;
      if (isWrite(call) && seen === write) {
        halted.resolve();
        await released.promise;
      }
      return forward();
    });
    const refreshed = this.#child.refresh(token);
    await Promise.race([halted.promise, refreshed]);
    await meanwhile();
    released.resolve();
    const reply = await refreshed;
    this.#stage.pass(latencyMs);
    return reply;
  }

  async end(): Promise<void> {
    await this.#child.kill();
  }
}

function isWrite({ operation }: ProxiedCall): boolean {
  return /^(Put|Update|Delete|BatchWrite|TransactWrite)/.test(operation);
}

export const granted = ({ status, refreshToken }: Reply): boolean => status === 200 && refreshToken !== undefined;

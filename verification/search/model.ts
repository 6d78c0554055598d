import { Refusal } from '../../lambda/core/errors.ts';
import { login } from '../../lambda/core/login.ts';
import { refresh } from '../../lambda/core/refresh.ts';
import { revokeSubject } from '../../lambda/core/revoke-subject.ts';
import type { SessionPolicy } from '../../lambda/core/session.ts';
import { defaultPolicy } from '../../test/support/world.ts';
import type { Call } from '../torture/call.ts';
import { Judge } from '../torture/judge.ts';
import { openMemory } from '../torture/memory.ts';
import { Stats } from '../torture/stats.ts';
import type { World } from '../torture/world.ts';
import { choicesIn } from './choices.ts';
import { Ownership } from './owner.ts';
import { type Choice, type Mishap, type Party, party, type Request, type Step } from './parts.ts';
import { account, type Budget, subject } from './size.ts';
import { keyOf } from './state.ts';
import { Toolbox } from './toolbox.ts';
import { waitingIn } from './waiting.ts';

/** One session, all parties that use it, and all possible next steps. Deterministic. */
export class Model {
  readonly stats = new Stats();
  readonly judge: Judge;
  readonly left: Budget;
  readonly parties: Party[];
  readonly steps: Step[] = [];
  readonly #toolbox: Toolbox;
  readonly #stores: World['stores'];
  /** The one token that the clients share. */
  jar: string | undefined;
  nowMs = 1_000_000;
  /** The results of the revocation and of the concurrent login. */
  readonly others = new Map<string, { heard: string; readonly call: Call }>();
  /** Absent if the size has no owner. */
  ownership: Ownership | undefined;

  private constructor(size: Budget, policy: SessionPolicy, stores: World['stores']) {
    this.left = { ...size };
    this.#stores = stores;
    this.judge = new Judge({ strict: policy, loose: policy }, this.stats);
    this.#toolbox = new Toolbox(this.judge, stores, policy, () => this.nowMs);
    this.parties = [party('A', size.clients[0]), party('B', size.clients[1]), party('thief', size.thief)];
  }

  /** Starts with a new session. */
  static async open(size: Budget): Promise<Model> {
    const policy = size.strict ? { ...defaultPolicy, graceMs: 0, floorMs: 0 } : defaultPolicy;
    const model = new Model(size, policy, await openMemory([account]));
    const { tools, call } = model.#toolbox.for('login 0', undefined, (_, apply) => apply());
    const opened = await login(Toolbox.loginRequest, tools);
    model.judge.loggedIn(call, opened.refreshToken);
    model.jar = opened.refreshToken;
    if (size.owner > 0) model.ownership = new Ownership(model, opened.accessToken);
    return model;
  }

  /** All possible next steps, in a fixed order. */
  choices(): Choice[] {
    return choicesIn(this);
  }

  /** A hash of the state that determines all further steps. */
  key(): number {
    return keyOf(this);
  }

  /** Checks the writes since the last check. */
  check(): void {
    this.#stores.check(this.judge);
  }

  /** A call reaches the table or fails. */
  take(step: Step, mishap: Mishap): void {
    this.steps.splice(this.steps.indexOf(step), 1);
    if (mishap !== 'none') {
      this.left.faults -= 1;
      const request = this.parties.find(({ name }) => name === step.who)?.request;
      if (request !== undefined) request.harmed = true;
      if (request !== undefined && step.name === 'sessions.owe') request.call.noteLost = true;
    }
    step.go(mishap);
  }

  /** The thief copies the token. */
  copy(party: Party, jar: string): void {
    party.copy = jar;
  }

  /** Time passes. */
  tick(ms: number): void {
    this.left.ticks -= 1;
    this.nowMs += ms;
  }

  /** One refresh begins. */
  send(party: Party, token: string): void {
    party.sent += 1;
    const around = waitingIn(this, party.name, (what) => {
      request.heard += what;
    });
    const { tools, call } = this.#toolbox.for(`${party.name} ${party.sent}`, token, around, (sent) =>
      this.judge.sent(token, sent, party.isThief),
    );
    const request: Request = { call, token, heard: '', answer: undefined, harmed: false };
    party.request = request;
    refresh({ refreshToken: token, clientId: 'app', channel: 'cookie', scopes: undefined }, tools).then(
      (answer) => {
        this.judge.refreshed(call, token, answer, party.isThief);
        request.answer = answer;
      },
      (error: unknown) => {
        if (!(error instanceof Refusal)) {
          this.judge.dues.failed(call, token, error);
          if (!request.harmed) this.judge.report(9, `${party.name} was not answered, although nothing had gone wrong`);
          return this.#loseRequest(party);
        }
        this.judge.refused(call, token, error.reason, party.isThief);
        request.answer = 'refused';
      },
    );
  }

  /** An answer arrives. */
  deliver(party: Party, { answer, token }: Request): void {
    party.request = undefined;
    party.left -= 1;
    if (answer === 'refused') {
      party.left = 0;
      if (party.copy !== undefined) party.copy = undefined;
      else if (this.jar === token) this.jar = undefined;
    } else if (answer?.refreshTokenChanged) {
      if (party.copy !== undefined) party.copy = answer.refreshToken;
      else this.jar = answer.refreshToken;
    }
  }

  /** An answer does not arrive. */
  loseAnswer(party: Party): void {
    this.left.faults -= 1;
    this.#loseRequest(party);
  }

  /** The client got no response or 503, and repeats the request. */
  #loseRequest(party: Party): void {
    party.request = undefined;
  }

  /** The one write that ends every session. */
  revokeAll(): void {
    this.left.revocations -= 1;
    const { tools } = this.#other('admin');
    const over = () => this.others.delete('admin');
    revokeSubject(subject, 'AdminForcedLogout', tools).then(over, over);
  }

  /** Another device logs in. */
  login(): void {
    this.left.logins -= 1;
    const { tools, call } = this.#other('another device');
    login(Toolbox.loginRequest, tools).then(
      ({ refreshToken }) => {
        this.judge.loggedIn(call, refreshToken);
        this.others.delete('another device');
        this.#useOnce(refreshToken);
      },
      () => this.others.delete('another device'),
    );
  }

  /** Uses the new session as soon as it exists. */
  #useOnce(token: string): void {
    const other = party('C', 1, token);
    this.parties.push(other);
    this.send(other, token);
  }

  /** A request of another party begins; `over` when it has been answered. */
  begin(name: string) {
    return { ...this.#other(name), over: () => void this.others.delete(name) };
  }

  #other(name: string) {
    const around = waitingIn(this, name, (what) => {
      const known = this.others.get(name);
      if (known !== undefined) known.heard += what;
    });
    const made = this.#toolbox.for(name, undefined, around);
    this.others.set(name, { heard: '', call: made.call });
    return made;
  }

  get table(): unknown {
    return this.#toolbox.dump();
  }
}

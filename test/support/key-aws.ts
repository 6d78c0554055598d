import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { createKeys, type KeysDeps } from '../../lambda/keys/create-keys.ts';
import type { Jwks } from '../../lambda/keys/publish.ts';
import type { RatchetRing, SigningRing } from '../../lambda/keys/rings.ts';
import { keyLife } from '../../lambda/keys/rotation.ts';
import type { InsistShown } from '../../lambda/keys/shown-keys.ts';
import { parameterStore } from '../../local/aws/parameter-store.ts';
import { putVersion, secretsManager } from '../../local/aws/secrets-manager.ts';
import { openState, type Secret } from '../../local/aws/state.ts';
import type { FakeClock } from './clock.ts';

/** One call to AWS: the name of the operation, and the resource. */
export interface AwsCall {
  readonly name: string;
  readonly on: string;
}

/** Wraps a call to AWS. It may refuse or delay the call, or drop its answer. */
export type AwsAround = (call: AwsCall, apply: () => Promise<unknown>) => Promise<unknown>;

/** Secrets Manager and SSM of the local service, with versions and staging labels, but without a network. */
export class KeyAws {
  readonly calls: AwsCall[] = [];
  readonly #clock: FakeClock;
  readonly #state = openState();

  constructor(clock: FakeClock) {
    this.#clock = clock;
    for (const name of ['signing', 'ratchet']) {
      const secret: Secret = { name, createdAt: clock.nowMs(), versions: {} };
      this.#state.account.secrets[name] = secret;
      putVersion(secret, 'born', '{"version":0,"filler":"a8Xc"}', ['AWSCURRENT'], clock.nowMs());
    }
  }

  /** The dependencies of a caller. Each caller may have its own `around`. */
  deps(around: AwsAround = (_call, apply) => apply()): KeysDeps & { readonly insistShown: InsistShown } {
    const clock = { now: () => this.#clock.nowMs(), advance: () => {}, shared: new SharedArrayBuffer(8) };
    const services = { ...secretsManager(this.#state, clock), ...parameterStore(this.#state, clock) };
    const send = async (command: { readonly constructor: { readonly name: string }; readonly input: object }) => {
      const name = command.constructor.name.replace(/Command$/, '');
      const input = command.input as Record<string, unknown>;
      const call = { name, on: String(input.SecretId ?? input.Name) };
      return around(call, async () => {
        this.calls.push(call);
        return asSdk(() => services[name]?.(input) ?? {});
      });
    };
    const client: unknown = { send };
    return {
      secrets: client as SecretsManagerClient,
      parameters: client as SSMClient,
      signingSecret: 'signing',
      ratchetSecret: 'ratchet',
      jwksParameter: 'jwks',
      now: () => this.#clock.nowMs(),
      insistShown: (keys) => this.insistShown(keys),
    };
  }

  /** The keys that the issuer's route serves. @default the published keys */
  insistShown: InsistShown = async () => {};

  /** The first deployment. */
  async create(): Promise<void> {
    await createKeys(this.deps(), keyLife(30, 600_000));
    this.calls.length = 0;
  }

  get signing(): SigningRing {
    return JSON.parse(this.read('signing')) as SigningRing;
  }

  get ratchet(): RatchetRing {
    return JSON.parse(this.read('ratchet')) as RatchetRing;
  }

  /** The kids that the JWKS route serves. */
  get published(): readonly string[] {
    const { keys } = JSON.parse(this.#state.account.parameters.jwks?.value ?? '') as Jwks;
    return keys.map(({ kid }) => kid);
  }

  /** The stored JWKS document, as text. */
  get publishedDocument(): string {
    return this.#state.account.parameters.jwks?.value ?? '';
  }

  set parameter(value: string) {
    const found = this.#state.account.parameters.jwks;
    if (found !== undefined) Object.assign(found, { value, modifiedAt: this.#clock.nowMs() });
  }

  /** The current value of a secret. */
  read(secret: string): string {
    return this.#versions(secret).find(({ stages }) => stages.includes('AWSCURRENT'))?.value ?? '';
  }

  /** Replaces the value, like an operator in the console. */
  write(secret: string, value: string): void {
    const found = this.#state.account.secrets[secret];
    if (found !== undefined)
      putVersion(found, `by hand ${this.#versions(secret).length}`, value, ['AWSCURRENT'], this.#clock.nowMs());
  }

  #versions(secret: string) {
    return Object.values(this.#state.account.secrets[secret]?.versions ?? {});
  }
}

/** Converts errors and times to the form of the SDK: named errors, and `Date`. */
function asSdk(apply: () => Record<string, unknown>): unknown {
  try {
    const answer = apply();
    const { Parameter } = answer as { Parameter?: { LastModifiedDate: number } };
    if (Parameter === undefined) return answer;
    return { Parameter: { ...Parameter, LastModifiedDate: new Date(Parameter.LastModifiedDate * 1000) } };
  } catch (error) {
    const { type, message } = error as { type?: string; message: string };
    throw Object.assign(new Error(message), { name: type ?? 'Error', $metadata: {} });
  }
}

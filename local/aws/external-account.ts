import type { Resource, Template } from '../cloudformation/template.ts';
import { type JsonObject, objectOf } from '../json.ts';

/** Secrets Manager, Parameter Store and EventBridge of an emulator that runs already. */
export interface ExternalAccount {
  readonly endpoint: string;
  /**
   * Creates a secret, a parameter or an event bus.
   *
   * @param ref what `Ref` gives in the local run: the name, for a secret an ARN
   * @param properties of the resource, resolved
   * @returns what `Ref` gives there
   */
  create(type: string, ref: string, properties: JsonObject): Promise<string>;
}

const created = ['AWS::SecretsManager::Secret', 'AWS::SSM::Parameter', 'AWS::Events::EventBus'];

/** What of a template lives in an external account; nothing without one. */
export class ExternalResources {
  readonly #account: ExternalAccount | undefined;
  readonly #refs = new Map<string, string>();

  constructor(account: ExternalAccount | undefined) {
    this.#account = account;
  }

  /** What `Ref` gives, once the resource is created; undefined for what lives elsewhere. */
  ref(resource: Resource, attribute: string | undefined): string | undefined {
    return attribute === undefined || attribute === 'Id' ? this.#refs.get(resource.id) : undefined;
  }

  async create(template: Template, resource: Resource): Promise<void> {
    const { id, type, properties } = resource;
    if (this.#account === undefined || !created.includes(type)) return;
    const ref = String(template.resolve({ Ref: id }));
    this.#refs.set(id, await this.#account.create(type, ref, objectOf(template.resolve(properties))));
  }
}

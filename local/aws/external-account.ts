import type { Resource, Template } from '../cloudformation/template.ts';
import { type JsonObject, objectOf } from '../json.ts';

/** Secrets Manager, Parameter Store and EventBridge of a running emulator. */
export interface ExternalAccount {
  readonly endpoint: string;
  /**
   * Creates a secret, a parameter or an event bus.
   *
   * @param ref the value of `Ref` in the local run: the name, or for a secret its ARN
   * @param properties of the resource, resolved
   * @returns the value of `Ref` in the emulator
   */
  create(type: string, ref: string, properties: JsonObject): Promise<string>;
}

const created = ['AWS::SecretsManager::Secret', 'AWS::SSM::Parameter', 'AWS::Events::EventBus'];

/** The resources of a template that are in an external account; none without such an account. */
export class ExternalResources {
  readonly #account: ExternalAccount | undefined;
  readonly #refs = new Map<string, string>();

  constructor(account: ExternalAccount | undefined) {
    this.#account = account;
  }

  /** The value of `Ref` for a created resource; undefined for a resource that is elsewhere. */
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

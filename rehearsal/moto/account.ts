import {
  CreateArchiveCommand,
  CreateEventBusCommand,
  DescribeArchiveCommand,
  EventBridgeClient,
} from '@aws-sdk/client-eventbridge';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { ExternalAccount } from '../../local/aws/external-account.ts';
import { generateSecretString } from '../../local/cloudformation/random-password.ts';
import { objectOf } from '../../local/json.ts';
import { must } from '../../smoke/check.ts';
import { account } from '../environment.ts';

const archive = 'security-events';

/** Secrets, parameters and the event bus of the stack, in moto. */
export class MotoAccount implements ExternalAccount {
  readonly endpoint: string;
  /** Created resources, by type. */
  readonly created: string[] = [];
  readonly #secrets: SecretsManagerClient;
  readonly #parameters: SSMClient;
  readonly #events: EventBridgeClient;

  constructor(endpoint: string) {
    this.endpoint = endpoint;
    const credentials = { accessKeyId: account.accessKey, secretAccessKey: account.secretKey };
    const requestHandler = { requestTimeout: 10_000, throwOnRequestTimeout: true };
    const client = { endpoint, region: account.region, credentials, requestHandler };
    this.#secrets = new SecretsManagerClient(client);
    this.#parameters = new SSMClient(client);
    this.#events = new EventBridgeClient(client);
  }

  async create(type: string, ref: string, properties: Readonly<Record<string, unknown>>): Promise<string> {
    this.created.push(type);
    switch (type) {
      case 'AWS::SecretsManager::Secret': {
        const [, name = ''] = /:secret:(.*)-[^-]{6}$/.exec(ref) ?? [];
        const value = generateSecretString(objectOf(properties.GenerateSecretString));
        const { ARN = '' } = await this.#secrets.send(new CreateSecretCommand({ Name: name, SecretString: value }));
        return ARN;
      }
      case 'AWS::SSM::Parameter':
        await this.#parameters.send(
          new PutParameterCommand({ Name: ref, Value: String(properties.Value), Type: 'String' }),
        );
        return ref;
      default: {
        const { EventBusArn } = await this.#events.send(new CreateEventBusCommand({ Name: ref }));
        await this.#events.send(new CreateArchiveCommand({ ArchiveName: archive, EventSourceArn: EventBusArn }));
        return ref;
      }
    }
  }

  /** The number of events that the bus has received. */
  async events(): Promise<number> {
    const { EventCount } = await this.#events.send(new DescribeArchiveCommand({ ArchiveName: archive }));
    must(EventCount !== undefined, 'the archive reports no event count');
    return EventCount;
  }
}

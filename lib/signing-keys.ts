import { Aws, CustomResource, Duration, Names, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { emptySecret } from '../lambda/contract/secrets.ts';
import { type FunctionDefaults, ServiceFunction } from './service-function.ts';
import { environmentOf, type ResolvedSettings } from './settings-table.ts';

export interface SigningKeysProps extends FunctionDefaults {
  /** What happens to the two secrets when the stack is deleted. */
  readonly removalPolicy: RemovalPolicy;
  readonly settings: ResolvedSettings;
}

/**
 * The key rings and their publication. Two secrets, so that a function that checks refresh tokens cannot sign access
 * tokens. Both are created empty and filled by a function at deployment: CloudFormation never has a key.
 */
export class SigningKeys extends Construct {
  /** Private keys of the access tokens. */
  readonly signingSecret: Secret;
  /** Keys of the refresh-token ratchet. */
  readonly ratchetSecret: Secret;
  /**
   * The parameter with the public JWKS that the JWKS route serves. The keys function creates, fills and deletes it: as
   * a template resource, any update or `--revert-drift` would overwrite the keys with the template's value.
   */
  readonly parameter: { readonly parameterName: string; readonly parameterArn: string };
  /** Public JWKS of next and current key as of the last deployment, for verifiers' environments. */
  readonly jwks: string;
  /** Fills the secrets; everything that needs keys depends on it. */
  readonly created: CustomResource;

  constructor(scope: Construct, id: string, props: SigningKeysProps) {
    super(scope, id);
    this.signingSecret = this.#secret('SigningSecret', 'Private keys that sign access tokens', props);
    this.ratchetSecret = this.#secret('RatchetSecret', 'Keys of the refresh-token ratchet', props);

    const parameterName = `/pawl/${Aws.STACK_NAME}/${Names.uniqueResourceName(this, { maxLength: 200 })}/jwks`;
    const parameterArn = Stack.of(this).formatArn({
      service: 'ssm',
      resource: 'parameter',
      resourceName: parameterName.slice(1),
    });
    this.parameter = { parameterName, parameterArn };

    const keys = new ServiceFunction(this, 'Keys', {
      ...props,
      row: 'keys',
      environment: {
        SIGNING_KEYS_SECRET: this.signingSecret.secretArn,
        RATCHET_KEYS_SECRET: this.ratchetSecret.secretArn,
        JWKS_PARAMETER: parameterName,
        ...environmentOf(props.settings, 'keyRotationDays', 'accessTokenTtlSeconds'),
      },
    });
    keys.allow(
      ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'],
      [this.signingSecret.secretArn, this.ratchetSecret.secretArn],
    );
    keys.allow(['ssm:GetParameter', 'ssm:PutParameter', 'ssm:DeleteParameter'], [parameterArn]);
    keys.allowKey('writeSecret', props.encryptionKey);

    this.created = new CustomResource(this, 'Created', {
      resourceType: 'Custom::PawlKeys',
      serviceToken: keys.lambda.functionArn,
      // Enough for Lambda's two retries; CloudFormation's default is an hour.
      serviceTimeout: Duration.minutes(5),
      properties: {
        SigningSecret: this.signingSecret.secretArn,
        RatchetSecret: this.ratchetSecret.secretArn,
        Parameter: parameterName,
        // Different at each synthesis, so that every deployment runs it and gives verifiers the current keys.
        Deployment: new Date().toISOString(),
      },
    });
    this.jwks = this.created.getAttString('Jwks');
  }

  #secret(id: string, description: string, { removalPolicy, encryptionKey }: SigningKeysProps): Secret {
    const { RETAIN, RETAIN_ON_UPDATE_OR_DELETE } = RemovalPolicy;
    const secret = new Secret(this, id, {
      description,
      // Keys of a rolled-back deployment have signed nothing that is still valid, and would cost money indefinitely.
      removalPolicy: removalPolicy === RETAIN ? RETAIN_ON_UPDATE_OR_DELETE : removalPolicy,
      ...(encryptionKey && { encryptionKey }),
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ version: emptySecret.version }),
        generateStringKey: emptySecret.fillerName,
        excludePunctuation: true,
      },
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'A separate schedule rotates the key ring (KeyRotation), from next to current to previous; Secrets Manager would replace it in one step.',
    });
    return secret;
  }
}

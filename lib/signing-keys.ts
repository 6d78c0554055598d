import { join } from 'node:path';
import { CustomResource, Duration, FileSystem, type RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { type CfnParameter, StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { functions } from '../lambda/contract/functions.ts';
import { emptyJwks, emptySecret } from '../lambda/contract/secrets.ts';
import { type FunctionDefaults, ServiceFunction } from './service-function.ts';

export interface SigningKeysProps extends FunctionDefaults {
  /** What happens to the two secrets with the stack. */
  readonly removalPolicy: RemovalPolicy;
  /** Everyone's logout, as after a leak: then the authorizers must forget the old public keys too. Epoch seconds. */
  readonly sessionsNotBefore: number;
}

/**
 * The key rings and what publishes them. Two secrets, so that a function which checks refresh tokens need not be able to
 * sign access tokens. Both are born empty and filled by a function at deployment: CloudFormation never holds a key.
 */
export class SigningKeys extends Construct {
  /** Private keys of the access tokens. */
  readonly signingSecret: Secret;
  /** Keys of the refresh-token ratchet. */
  readonly ratchetSecret: Secret;
  /** The public JWKS as the JWKS route serves it. */
  readonly parameter: StringParameter;
  /** Public JWKS of next and current key as of the last deployment, for the authorizer's environment. */
  readonly jwks: string;
  /** What fills the secrets: whoever needs keys waits for it. */
  readonly created: CustomResource;

  constructor(scope: Construct, id: string, props: SigningKeysProps) {
    super(scope, id);
    this.signingSecret = this.#secret('SigningSecret', 'Private keys that sign access tokens', props);
    this.ratchetSecret = this.#secret('RatchetSecret', 'Keys of the refresh-token ratchet', props);

    this.parameter = new StringParameter(this, 'Jwks', { stringValue: JSON.stringify(emptyJwks) });
    // Any update of the parameter writes the template's value over the published keys, so nothing about it may change:
    // no description, and no tags from the app.
    const cfnParameter = this.parameter.node.defaultChild as CfnParameter;
    cfnParameter.addPropertyDeletionOverride('Tags');

    const keys = new ServiceFunction(this, 'Keys', {
      ...props,
      row: 'keys',
      environment: {
        SIGNING_KEYS_SECRET: this.signingSecret.secretArn,
        RATCHET_KEYS_SECRET: this.ratchetSecret.secretArn,
        JWKS_PARAMETER: this.parameter.parameterName,
      },
    });
    keys.allow(
      ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'],
      [this.signingSecret.secretArn, this.ratchetSecret.secretArn],
    );
    keys.allow(['ssm:GetParameter', 'ssm:PutParameter'], [this.parameter.parameterArn]);
    keys.allowKey('writeSecret', props.encryptionKey);

    this.created = new CustomResource(this, 'Created', {
      resourceType: 'Custom::PawlKeys',
      serviceToken: keys.lambda.functionArn,
      // Room for Lambda's two retries; CloudFormation's own default is an hour.
      serviceTimeout: Duration.minutes(5),
      properties: {
        SigningSecret: this.signingSecret.secretArn,
        RatchetSecret: this.ratchetSecret.secretArn,
        Parameter: this.parameter.parameterName,
        // A new release runs it again, which also refreshes the authorizer's copy of the keys.
        SessionsNotBefore: props.sessionsNotBefore,
        Release: FileSystem.fingerprint(join(props.bundles, functions.keys.entry)),
      },
    });
    this.jwks = this.created.getAttString('Jwks');
  }

  #secret(id: string, description: string, { removalPolicy, encryptionKey }: SigningKeysProps): Secret {
    const secret = new Secret(this, id, {
      description,
      removalPolicy,
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
        'A key ring is rotated by a schedule of its own (KeyRotation), next to current to previous; Secrets Manager would swap a value at once.',
    });
    return secret;
  }
}

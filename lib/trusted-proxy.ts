import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { proxySecretHeader } from '../lambda/contract/proxy.ts';

export interface TrustedProxyProps {
  /** Header in which the proxy names the client's address, lower case. */
  readonly header: string;
  readonly encryptionKey: IKey | undefined;
}

/**
 * A proxy whose word counts for where a request came from. It proves itself by a secret that it sends along; CloudFormation
 * lets Secrets Manager generate it, and never holds it.
 */
export class TrustedProxy extends Construct {
  readonly header: string;
  readonly secret: Secret;

  constructor(scope: Construct, id: string, { header, encryptionKey }: TrustedProxyProps) {
    super(scope, id);
    this.header = header;
    this.secret = new Secret(this, 'Secret', {
      description: `Value of the header ${proxySecretHeader}, by which the trusted proxy proves itself`,
      // Nothing is lost with it: the next deployment makes another.
      removalPolicy: RemovalPolicy.DESTROY,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      ...(encryptionKey && { encryptionKey }),
    });
    Validations.of(this.secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'A rotation has to tell the proxy, which is the team’s own; examples/cloudfront-waf has one that does.',
    });
  }
}

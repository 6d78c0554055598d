import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { proxySecretHeader } from '../lambda/contract/proxy.ts';

export interface TrustedProxyProps {
  /** Header in which the proxy sends the client's address, lower case. */
  readonly header: string;
  readonly encryptionKey: IKey | undefined;
}

/**
 * A proxy that is trusted to name the client's address. It authenticates with a secret that Secrets Manager generates
 * and CloudFormation never has.
 */
export class TrustedProxy extends Construct {
  readonly header: string;
  readonly secret: Secret;

  constructor(scope: Construct, id: string, { header, encryptionKey }: TrustedProxyProps) {
    super(scope, id);
    this.header = header;
    this.secret = new Secret(this, 'Secret', {
      description: `Value of the header ${proxySecretHeader}, which authenticates the trusted proxy`,
      // Nothing is lost when it is deleted: the next deployment creates another.
      removalPolicy: RemovalPolicy.DESTROY,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      ...(encryptionKey && { encryptionKey }),
    });
    Validations.of(this.secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'A rotation must also update the proxy, which is not part of this stack; examples/cloudfront-waf does both.',
    });
  }
}

import { join } from 'node:path';
import { Duration, Validations } from 'aws-cdk-lib';
import type { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

export interface RotatedSecretProps {
  readonly secret: Secret;
  /** The distribution that sends the secret to its origin. */
  readonly distribution: Distribution;
  /** The web ACL of the distribution. An update of the distribution needs permission to read it. */
  readonly webAclArn: string;
}

/** Rotates the proxy's secret every 30 days: Secrets Manager calls `rotate.ts`, which updates CloudFront. */
export class RotatedSecret extends Construct {
  constructor(scope: Construct, id: string, { secret, distribution, webAclArn }: RotatedSecretProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', { retention: RetentionDays.THREE_MONTHS });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    const rotate = new NodejsFunction(this, 'Rotate', {
      entry: join(import.meta.dirname, 'rotate.ts'),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: Duration.seconds(60),
      environment: { DISTRIBUTION_ID: distribution.distributionId },
      bundling: { bundleAwsSDK: true },
      logGroup,
      role,
    });
    rotate.addToRolePolicy(
      new PolicyStatement({
        actions: ['cloudfront:GetDistributionConfig', 'cloudfront:UpdateDistribution'],
        resources: [distribution.distributionArn],
      }),
    );
    rotate.addToRolePolicy(new PolicyStatement({ actions: ['wafv2:GetWebACL'], resources: [webAclArn] }));
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'secretsmanager:GetRandomPassword has no resource; the CDK grants it for a rotation.',
    });
    secret.addRotationSchedule('Rotation', { rotationLambda: rotate, automaticallyAfter: Duration.days(30) });
  }
}

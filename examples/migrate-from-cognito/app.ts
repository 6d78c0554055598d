/** A CDK app that moves the users of a Cognito user pool to Pawl, each at the first login. */
import { join } from 'node:path';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';
import { TokenService, type TokenServiceProps } from '../../lib/token-service.ts';

export class MigrationStack extends Stack {
  constructor(scope: Construct, id: string, props: TokenServiceProps = {}) {
    super(scope, id);
    const context = (name: string) => this.node.tryGetContext(name) as string | undefined;
    const migrate = new NodejsFunction(this, 'Migrate', {
      entry: join(import.meta.dirname, 'migrate.ts'),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 512,
      // Below the 3.5 s after which Pawl gives up.
      timeout: Duration.seconds(3),
      environment: {
        // An app client of the pool without a secret, with the flow ALLOW_USER_PASSWORD_AUTH.
        COGNITO_CLIENT_ID: context('cognitoClientId') ?? 'set -c cognitoClientId',
        COGNITO_URL: context('cognitoUrl') ?? `https://cognito-idp.${this.region}.amazonaws.com/`,
      },
    });
    // The only prop to set. Remove it when all users have moved.
    const service = new TokenService(this, 'TokenService', { ...props, migrate, exampleRoute: true });
    service.outputs();
    new CfnOutput(this, 'MigrateFunctionName', { value: migrate.functionName });
  }
}

if (import.meta.main) new MigrationStack(new App(), 'Migration');

/** A CDK app: Pawl with your own user store, here a table of members. */
import { join } from 'node:path';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';
import { TokenService, type TokenServiceProps } from '../../lib/token-service.ts';

export class MembersStack extends Stack {
  constructor(scope: Construct, id: string, props: TokenServiceProps = {}) {
    super(scope, id);
    const members = new TableV2(this, 'Members', { partitionKey: { name: 'username', type: AttributeType.STRING } });
    const users = new NodejsFunction(this, 'Users', {
      entry: join(import.meta.dirname, 'users.ts'),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      // A full core for the hash, and a timeout below the 3.5 s after which Pawl gives up.
      memorySize: 1769,
      timeout: Duration.seconds(3),
      environment: { MEMBERS_TABLE: members.tableName },
      bundling: { bundleAwsSDK: true },
    });
    members.grantReadData(users);
    // The only prop to set. It lets Pawl invoke the function. Pawl then stores no passwords.
    const service = new TokenService(this, 'TokenService', { ...props, users, exampleRoute: true });
    new CfnOutput(this, 'ApiUrl', { value: service.apiUrl });
    new CfnOutput(this, 'EventBusName', { value: service.bus.eventBusName });
  }
}

if (import.meta.main) new MembersStack(new App(), 'Members');

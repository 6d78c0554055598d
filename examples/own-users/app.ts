/** A CDK app: Pawl for users whom the team keeps itself, here in a table of members. */
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
      // One core, for the hash; and below the 3.5 s after which Pawl gives up.
      memorySize: 1769,
      timeout: Duration.seconds(3),
      environment: { MEMBERS_TABLE: members.tableName },
      bundling: { bundleAwsSDK: true },
    });
    members.grantReadData(users);
    // The one prop. Pawl may invoke the function from now on, and has no passwords of its own.
    const service = new TokenService(this, 'TokenService', { ...props, users, exampleRoute: true });
    new CfnOutput(this, 'ApiUrl', { value: service.apiUrl });
    new CfnOutput(this, 'EventBusName', { value: service.bus.eventBusName });
  }
}

if (import.meta.main) new MembersStack(new App(), 'Members');

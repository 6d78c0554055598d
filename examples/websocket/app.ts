/** A CDK app: a WebSocket API that only callers with a valid access token connect to. */
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';
import { TokenAuthorizer, type TokenAuthorizerProps } from '../../lib/token-authorizer.ts';

export class ChatStack extends Stack {
  constructor(scope: Construct, id: string, props: TokenAuthorizerProps) {
    super(scope, id);
    const integration = (name: string, handler: string) =>
      new WebSocketLambdaIntegration(
        name,
        new NodejsFunction(this, name, {
          entry: join(import.meta.dirname, 'chat.ts'),
          handler,
          runtime: Runtime.NODEJS_24_X,
          architecture: Architecture.ARM_64,
        }),
      );
    const authorizer = new TokenAuthorizer(this, 'Authorizer', props).forWebSocketApi();
    const webSocketApi = new WebSocketApi(this, 'Api', {
      // A WebSocket API calls an authorizer only for `$connect`.
      connectRouteOptions: { integration: integration('Connect', 'connect'), authorizer },
      defaultRouteOptions: { integration: integration('Message', 'message'), returnResponse: true },
    });
    new WebSocketStage(this, 'Stage', { webSocketApi, stageName: 'live', autoDeploy: true });
  }
}

if (import.meta.main) {
  // The outputs Issuer and Audience of the Pawl stack, which may be in any account.
  new ChatStack(new App(), 'Chat', { issuer: 'https://auth.example.com', audience: 'https://api.example.com' });
}

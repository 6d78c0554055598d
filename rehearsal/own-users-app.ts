/** A CDK app for the rehearsal: the stack of bin/pawl.ts with the prop `users`. */
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { readContext } from '../lib/context.ts';
import { TokenService } from '../lib/token-service.ts';

// The only argument sets the throttle of the API's stage.
const [, , requestsPerSecond] = process.argv;
const app = new App();
const { stackName, settings } = readContext(app.node.getAllContext());
const stack = new Stack(app, 'Pawl', { stackName });
const users = new LambdaFunction(stack, 'Users', {
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: Code.fromInline(
    'exports.handler = async ({ username, password }) => password === "only for the rehearsal" ? { subject: "own-" + username, scopes: ["read"] } : null;',
  ),
});
const throttle = { rateLimit: Number(requestsPerSecond), burstLimit: 1000 };
const service = new TokenService(stack, 'TokenService', { ...settings, users, throttle, exampleRoute: true });
new CfnOutput(stack, 'ApiUrl', { value: service.apiUrl });
new CfnOutput(stack, 'TableName', { value: service.table.tableName });
new CfnOutput(stack, 'KeysFunctionName', { value: service.keyRotation.functionName });

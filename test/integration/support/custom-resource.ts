import type { FixtureOptions } from '../../support/local-fixture.ts';

const put = `const answer = (body) => new Promise((resolve, reject) => {
  const { request } = require('node:http');
  const outgoing = request(event.ResponseURL, { method: 'PUT' }, (incoming) => { incoming.resume(); incoming.on('end', resolve); });
  outgoing.on('error', reject);
  outgoing.end(JSON.stringify({ StackId: event.StackId, RequestId: event.RequestId, LogicalResourceId: event.LogicalResourceId, ...body }));
});`;

/** A function that needs what a custom resource makes, which needs another function and a parameter. */
export const withCustomResource = (body: string): FixtureOptions => ({
  functions: { Maker: put + body, Reader: 'return process.env.MADE;' },
  routes: { 'GET /': { to: 'Reader' } },
  properties: { Reader: { Environment: { Variables: { MADE: { 'Fn::GetAtt': ['Made', 'value'] } } } } },
  resources: {
    Made: {
      Type: 'Custom::Thing',
      Properties: { ServiceToken: { 'Fn::GetAtt': ['Maker', 'Arn'] }, Number: 5, Name: { Ref: 'Parameter' } },
    },
    Parameter: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: 'from the template' } },
    Secret: {
      Type: 'AWS::SecretsManager::Secret',
      Properties: { GenerateSecretString: { SecretStringTemplate: '{"version":0}', GenerateStringKey: 'unused' } },
    },
  },
});

/** A body that says what it was asked for. */
export const success = `await answer({ Status: 'SUCCESS', PhysicalResourceId: 'p1', Data: { value: event.RequestType + ' ' + JSON.stringify(event.ResourceProperties.Number) + ' ' + event.ResourceProperties.Name + ' ' + event.PhysicalResourceId } });`;

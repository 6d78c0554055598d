import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { ApiMapping, DomainName, HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { TokenService, type TokenServiceProps } from '../../../lib/token-service.ts';
import { bundles } from './synth.ts';

/** An API of the app, with the app's own domains. */

const certificateArn = 'arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012';
const certificateOf = (stack: Stack, id: string) =>
  Certificate.fromCertificateArn(stack, `${id}Certificate`, certificateArn);
export const domainOf = (stack: Stack, domainName: string, id = 'Domain') =>
  new DomainName(stack, id, { domainName, certificate: certificateOf(stack, id) });
export const apiOf = (stack: Stack) => new HttpApi(stack, 'Own');
export const map = (stack: Stack, api: HttpApi, domainName: DomainName, apiMappingKey?: string) =>
  new ApiMapping(stack, `${domainName.node.id}Mapping`, { api, domainName, ...(apiMappingKey && { apiMappingKey }) });
export const parameterOf = (stack: Stack) => new CfnParameter(stack, 'Host').valueAsString;

export type Team = (stack: Stack) => TokenServiceProps;

/** Synthesizes a service in the app's own stack. */
export function run(team: Team) {
  const app = new App();
  const stack = new Stack(app, 'Team');
  const service = new TokenService(stack, 'Tokens', { bundles, ...team(stack) });
  try {
    app.synth();
    return { stack, service, fault: '' };
  } catch (error) {
    return { stack, service, fault: (error as Error).message };
  }
}

export const apiUrl = (stack: Stack) => (stack.node.findChild('Own') as HttpApi).url ?? '';

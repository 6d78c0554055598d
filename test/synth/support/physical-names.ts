import type { Template } from 'aws-cdk-lib/assertions';
import { serviceVariable } from '../../../lambda/contract/metrics.ts';
import type { Resource } from './synth.ts';

/** Within what a name must be unique. A parent is always made by the same stack; an API may be the team's. */
type Scope = 'account and region' | 'API' | 'parent';

interface Naming {
  /** The property that names the resource. */
  readonly property: string;
  readonly within: Scope;
}

const own = (property: string): Naming => ({ property, within: 'account and region' });
const ofApi = (property: string): Naming => ({ property, within: 'API' });
const inside = (property: string): Naming => ({ property, within: 'parent' });

/**
 * How resources are named, by the CloudFormation reference. A type that is not here fails the test: look up what names it.
 * `undefined`: it has no name of its own to give.
 */
const namings: Readonly<Record<string, Naming | undefined>> = {
  'AWS::ApiGateway::Authorizer': ofApi('Name'),
  'AWS::ApiGateway::Method': undefined,
  'AWS::ApiGateway::Resource': undefined,
  'AWS::ApiGatewayV2::Api': own('Name'),
  'AWS::ApiGatewayV2::ApiMapping': undefined,
  'AWS::ApiGatewayV2::Authorizer': ofApi('Name'),
  'AWS::ApiGatewayV2::DomainName': undefined,
  'AWS::ApiGatewayV2::Integration': undefined,
  'AWS::ApiGatewayV2::Route': undefined,
  'AWS::ApiGatewayV2::Stage': inside('StageName'),
  'AWS::CloudFormation::Stack': undefined,
  'AWS::CloudWatch::Alarm': own('AlarmName'),
  'AWS::CloudWatch::Dashboard': own('DashboardName'),
  'AWS::DynamoDB::Table': own('TableName'),
  'AWS::Events::EventBus': own('Name'),
  'AWS::Events::Rule': inside('Name'),
  'AWS::IAM::ManagedPolicy': own('ManagedPolicyName'),
  'AWS::IAM::Policy': inside('PolicyName'),
  'AWS::IAM::Role': own('RoleName'),
  'AWS::KMS::Alias': own('AliasName'),
  'AWS::KMS::Key': undefined,
  'AWS::Lambda::Function': own('FunctionName'),
  'AWS::Lambda::Permission': undefined,
  'AWS::Logs::LogGroup': own('LogGroupName'),
  'AWS::Logs::MetricFilter': inside('FilterName'),
  'AWS::Logs::QueryDefinition': own('Name'),
  'AWS::SNS::Topic': own('TopicName'),
  'AWS::SNS::TopicPolicy': undefined,
  'AWS::SQS::Queue': own('QueueName'),
  'AWS::SQS::QueuePolicy': undefined,
  'AWS::SSM::Parameter': own('Name'),
  'AWS::Scheduler::Schedule': own('Name'),
  'AWS::SecretsManager::Secret': own('Name'),
  // It creates a parameter.
  'Custom::PawlKeys': own('Parameter'),
};

export interface PhysicalName {
  readonly type: string;
  readonly logicalId: string;
  readonly within: Scope;
  /** As the template gives it; `undefined` where CloudFormation makes it from the stack's name, the logical id and chance. */
  readonly name: string | undefined;
}

/** How every resource of a template is named. @throws Error for a type that is not known here */
export function physicalNames(template: Template): readonly PhysicalName[] {
  const all = Object.entries(template.toJSON().Resources as Readonly<Record<string, Resource>>);
  return all.flatMap(([logicalId, { Type: type, Properties = {} }]) => {
    if (!(type in namings)) throw new Error(`${type} is not in the table of names: which property names it?`);
    const naming = namings[type];
    if (naming === undefined) return [];
    const given = Properties[naming.property];
    const name = given === undefined || typeof given === 'string' ? given : JSON.stringify(given);
    return [{ type, logicalId, within: naming.within, name }];
  });
}

/** The values by which the metrics of services are told apart. */
export function serviceNames(template: Template): ReadonlySet<string> {
  const functions = Object.values(template.findResources('AWS::Lambda::Function') as Record<string, Resource>);
  const values = functions.map(({ Properties: { Environment } }) => {
    const { Variables } = (Environment ?? {}) as { Variables?: Readonly<Record<string, unknown>> };
    return Variables?.[serviceVariable];
  });
  return new Set(values.filter((value) => typeof value === 'string'));
}

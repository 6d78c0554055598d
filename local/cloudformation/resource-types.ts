import { createHash } from 'node:crypto';
import { LocalError } from '../errors.ts';
import type { Resource, Template } from './template.ts';

/** Region and account of the local stand-in. */
export const place = {
  region: 'us-east-1',
  accountId: '000000000000',
  partition: 'aws',
  urlSuffix: 'amazonaws.com',
} as const;

/** Types that the local run serves, in addition to custom resources (`Custom::*`). */
const served = [
  'AWS::DynamoDB::Table',
  'AWS::DynamoDB::GlobalTable',
  'AWS::SecretsManager::Secret',
  'AWS::SSM::Parameter',
  'AWS::Lambda::Function',
  'AWS::Lambda::Version',
  'AWS::Lambda::Alias',
  'AWS::Events::EventBus',
  'AWS::Events::Rule',
  'AWS::SQS::Queue',
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Stage',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Authorizer',
];

/**
 * Types without effect for a caller on this machine. Any other type is refused, so that nothing is silently ignored.
 */
const ignored = [
  'AWS::CDK::Metadata',
  'AWS::IAM::Role',
  'AWS::IAM::Policy',
  'AWS::IAM::ManagedPolicy',
  'AWS::Lambda::Permission',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Logs::LogGroup',
  'AWS::Logs::MetricFilter',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SNS::Subscription',
  'AWS::SQS::QueuePolicy',
  'AWS::Events::Archive',
  'AWS::Scheduler::Schedule',
  'AWS::Scheduler::ScheduleGroup',
  'AWS::KMS::Key',
  'AWS::KMS::Alias',
  'AWS::SecretsManager::ResourcePolicy',
  'AWS::ApiGatewayV2::DomainName',
  'AWS::ApiGatewayV2::ApiMapping',
  'AWS::CertificateManager::Certificate',
  'AWS::Route53::RecordSet',
];

/** Whether a type is a custom resource, answered by one of the stack's own functions. */
export function isCustomResource(type: string): boolean {
  return type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
}

/** Refuses a template with a type that is neither served nor safe to ignore. */
export function requireKnownTypes(template: Template): void {
  for (const { id, type } of template.resources.values()) {
    if (served.includes(type) || ignored.includes(type) || isCustomResource(type)) continue;
    throw new LocalError(`the local run does not support the resource type ${type} (${id})`);
  }
}

/** The name of a resource: from the template, or generated like CloudFormation's. */
export function physicalName(template: Template, resource: Resource, property: string, stackName: string): string {
  const own = template.property(resource, property);
  return own === undefined ? `${stackName}-${resource.id}` : String(own);
}

/** Resolves `Ref` and `Fn::GetAtt` for everything except custom resources. */
export function attributeOf(
  template: Template,
  stackName: string,
  url: string,
  resource: Resource,
  attribute: string | undefined,
): unknown {
  const name = (property: string): string => physicalName(template, resource, property, stackName);
  const arn = (service: string, rest: string): string =>
    `arn:${place.partition}:${service}:${place.region}:${place.accountId}:${rest}`;
  // AWS adds six random characters to a secret's ARN; these depend on the logical id, so that a kept data directory fits.
  const secretArn = (): string => arn('secretsmanager', `secret:${name('Name')}-${shortHash(resource.id)}`);
  const key = `${resource.type} ${attribute ?? 'Ref'}`;
  switch (key) {
    case 'AWS::DynamoDB::Table Ref':
    case 'AWS::DynamoDB::GlobalTable Ref':
      return name('TableName');
    case 'AWS::DynamoDB::Table Arn':
    case 'AWS::DynamoDB::GlobalTable Arn':
      return arn('dynamodb', `table/${name('TableName')}`);
    case 'AWS::SecretsManager::Secret Ref':
    case 'AWS::SecretsManager::Secret Id':
      return secretArn();
    case 'AWS::SSM::Parameter Ref':
      return name('Name');
    case 'AWS::SSM::Parameter Type':
    case 'AWS::SSM::Parameter Value':
      return template.property(resource, attribute ?? '');
    case 'AWS::SNS::Topic Ref':
    case 'AWS::SNS::Topic TopicArn':
      return arn('sns', name('TopicName'));
    case 'AWS::SQS::Queue QueueName':
      return name('QueueName');
    case 'AWS::SQS::Queue Arn':
      return arn('sqs', name('QueueName'));
    case 'AWS::SQS::Queue Ref':
    case 'AWS::SQS::Queue QueueUrl':
      return `https://sqs.${place.region}.${place.urlSuffix}/${place.accountId}/${name('QueueName')}`;
    case 'AWS::Lambda::Function Ref':
      return name('FunctionName');
    case 'AWS::Lambda::Function Arn':
      return arn('lambda', `function:${name('FunctionName')}`);
    case 'AWS::Lambda::Version Ref':
      return arn('lambda', `function:${String(template.property(resource, 'FunctionName')).split(':').at(-1)}:1`);
    case 'AWS::Lambda::Version Version':
      return '1';
    case 'AWS::Lambda::Alias Ref':
    case 'AWS::Lambda::Alias AliasArn':
      return arn(
        'lambda',
        `function:${String(template.property(resource, 'FunctionName')).split(':').at(-1)}:${String(template.property(resource, 'Name'))}`,
      );
    case 'AWS::Events::EventBus Ref':
    case 'AWS::Events::EventBus Name':
      return name('Name');
    case 'AWS::Events::EventBus Arn':
      return arn('events', `event-bus/${name('Name')}`);
    case 'AWS::ApiGatewayV2::Api Ref':
    case 'AWS::ApiGatewayV2::Api ApiId':
      return apiId(resource.id);
    case 'AWS::ApiGatewayV2::Api ApiEndpoint':
      return url;
    case 'AWS::ApiGatewayV2::Stage Ref':
      return template.property(resource, 'StageName');
    case 'AWS::ApiGatewayV2::Route Ref':
    case 'AWS::ApiGatewayV2::Integration Ref':
    case 'AWS::ApiGatewayV2::Authorizer Ref':
    case 'AWS::ApiGatewayV2::Authorizer AuthorizerId':
      return resource.id;
    default:
      throw new LocalError(
        `the local run does not support ${attribute === undefined ? 'the Ref' : `the attribute ${attribute}`} of ${resource.id} (${resource.type})`,
      );
  }
}

/** The id of an HTTP API. */
export function apiId(logicalId: string): string {
  return `local${shortHash(logicalId)}`;
}

/** Turns the address that CDK builds for an HTTP API's default endpoint into the local one. */
export function localAddress(text: string, url: string): string {
  const endpoint = new RegExp(
    `https://local[0-9a-f]{6}\\.execute-api\\.${place.region}\\.${place.urlSuffix.replace('.', '\\.')}`,
    'g',
  );
  return text.replace(endpoint, url);
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 6);
}

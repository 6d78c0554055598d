import { describe, expect, test } from 'vitest';
import { deployOrder } from '../../../local/cloudformation/deploy-order.ts';
import { attributeOf, localAddress, requireKnownTypes } from '../../../local/cloudformation/resource-types.ts';
import { type Resource, Template } from '../../../local/cloudformation/template.ts';

/** A placeholder of `Fn::Sub`. */
const at = (name: string) => `\${${name}}`;

const url = 'http://127.0.0.1:3000';

function templateOf(document: object): Template {
  const template: Template = new Template(document as Record<string, unknown>, {
    pseudoParameters: { 'AWS::Region': 'us-east-1', 'AWS::URLSuffix': 'amazonaws.com', 'AWS::StackName': 'Pawl' },
    attribute: (resource: Resource, attribute) => attributeOf(template, 'Pawl', url, resource, attribute),
    rewrite: (text) => localAddress(text, url),
  });
  return template;
}

const document = {
  Parameters: { Bootstrap: { Type: 'String', Default: '/cdk/version' }, Bare: { Type: 'String' } },
  Mappings: { Limits: { eu: { most: 5 } } },
  Conditions: {
    Yes: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] },
    No: { 'Fn::Not': [{ Condition: 'Yes' }] },
    Both: { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] },
    Either: { 'Fn::Or': [{ Condition: 'Yes' }, { Condition: 'No' }] },
  },
  Resources: {
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP' } },
    Table: { Type: 'AWS::DynamoDB::Table', Properties: {} },
    Named: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'mine' } },
    Secret: { Type: 'AWS::SecretsManager::Secret', Properties: {} },
    Absent: { Type: 'AWS::SQS::Queue', Condition: 'No', Properties: {} },
    Role: { Type: 'AWS::IAM::Role', Properties: {} },
    Fn: { Type: 'AWS::Lambda::Function', Properties: {} },
  },
};

describe('intrinsics', () => {
  const template = templateOf(document);
  test.each<[string, unknown, unknown]>([
    ['a plain value stays', { a: [1, true, 'x', null] }, { a: [1, true, 'x', null] }],
    ['Ref of a pseudo parameter', { Ref: 'AWS::Region' }, 'us-east-1'],
    ['Ref of a parameter gives its default', { Ref: 'Bootstrap' }, '/cdk/version'],
    ['Ref of a table gives its name', { Ref: 'Table' }, 'Pawl-Table'],
    ['Ref of a named table', { Ref: 'Named' }, 'mine'],
    ['GetAtt as a list', { 'Fn::GetAtt': ['Fn', 'Arn'] }, 'arn:aws:lambda:us-east-1:000000000000:function:Pawl-Fn'],
    ['GetAtt as a text', { 'Fn::GetAtt': 'Table.Arn' }, 'arn:aws:dynamodb:us-east-1:000000000000:table/Pawl-Table'],
    ['the endpoint of the API is the local one', { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] }, url],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::Region' }]] }, 'a-us-east-1'],
    [
      'the address that CDK joins for the API is the local one',
      {
        'Fn::Join': [
          '',
          ['https://', { Ref: 'Api' }, '.execute-api.', { Ref: 'AWS::Region' }, '.', { Ref: 'AWS::URLSuffix' }, '/x'],
        ],
      },
      `${url}/x`,
    ],
    [
      'the same by Sub',
      { 'Fn::Sub': `https://${at('Api')}.execute-api.${at('AWS::Region')}.${at('AWS::URLSuffix')}` },
      url,
    ],
    [
      'another address stays',
      { 'Fn::Join': ['', ['https://abc.execute-api.us-east-1.amazonaws.com']] },
      'https://abc.execute-api.us-east-1.amazonaws.com',
    ],
    [
      'Sub with an attribute, a variable and a literal',
      { 'Fn::Sub': [`${at('Table.Arn')} ${at('x')} ${at('!y')}`, { x: { Ref: 'Named' } }] },
      `arn:aws:dynamodb:us-east-1:000000000000:table/Pawl-Table mine ${at('y')}`,
    ],
    ['Select from Split', { 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
    ['FindInMap', { 'Fn::FindInMap': ['Limits', 'eu', 'most'] }, 5],
    ['If, true', { 'Fn::If': ['Yes', 1, 2] }, 1],
    ['If, false', { 'Fn::If': ['Both', 1, { Ref: 'AWS::StackName' }] }, 'Pawl'],
    ['Or', { 'Fn::If': ['Either', 1, 2] }, 1],
    ['NoValue takes its member away', { a: { Ref: 'AWS::NoValue' }, b: [{ Ref: 'AWS::NoValue' }, 1] }, { b: [1] }],
  ])('%s', (_name, value, expected) => {
    expect(template.resolve(value)).toEqual(expected);
  });

  test.each<[string, unknown, RegExp]>([
    ['an intrinsic that is not known', { 'Fn::ImportValue': 'x' }, /does not support the intrinsic Fn::ImportValue/],
    ['a resource that is not there', { Ref: 'Nobody' }, /no resource Nobody/],
    ['a resource whose condition does not hold', { Ref: 'Absent' }, /no resource Absent/],
    ['a parameter without a default', { Ref: 'Bare' }, /parameter Bare has no default/],
    [
      'an attribute that is not known',
      { 'Fn::GetAtt': ['Table', 'StreamArn'] },
      /does not support the attribute StreamArn of Table/,
    ],
    ['a Ref to a type that is only left out', { Ref: 'Role' }, /does not support the Ref of Role/],
    ['a mapping that is not there', { 'Fn::FindInMap': ['Limits', 'us', 'most'] }, /no mapping for Limits.us.most/],
    ['a choice that is not there', { 'Fn::Select': [3, ['a']] }, /Fn::Select has no entry 3/],
  ])('%s is a clear error', (_name, value, message) => {
    expect(() => template.resolve(value)).toThrow(message);
  });

  test('what is not asked for need not be known', () => {
    const lazy = templateOf({
      Resources: {
        Fn: { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::ImportValue': 'x' }, Timeout: 5 } },
      },
    });
    expect(lazy.property(lazy.resource('Fn'), 'Timeout')).toBe(5);
    expect(() => lazy.property(lazy.resource('Fn'), 'Role')).toThrow(/^Fn\.Role: /);
  });

  test("a secret's ARN ends in six characters, the same at every start", () => {
    const arn = template.resolve({ Ref: 'Secret' });
    expect(arn).toMatch(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:Pawl-Secret-[0-9a-f]{6}$/);
    expect(templateOf(document).resolve({ Ref: 'Secret' })).toBe(arn);
  });
});

describe('resource types', () => {
  test('one that is not known is refused by name', () => {
    const template = templateOf({ Resources: { Bucket: { Type: 'AWS::S3::Bucket' } } });
    expect(() => requireKnownTypes(template)).toThrow('does not support the resource type AWS::S3::Bucket (Bucket)');
  });
  test('the served, the ignored and custom resources pass', () => {
    const Resources = {
      ...document.Resources,
      A: { Type: 'Custom::Keys' },
      B: { Type: 'AWS::CloudFormation::CustomResource' },
    };
    expect(() => requireKnownTypes(templateOf({ ...document, Resources }))).not.toThrow();
  });
});

describe('the order of a deployment', () => {
  test('what a resource mentions, at whatever depth, comes before it', () => {
    const template = templateOf({
      Resources: {
        Guard: {
          Type: 'AWS::Lambda::Function',
          Properties: { Environment: { Variables: { JWKS: { 'Fn::GetAtt': ['Keys', 'jwks'] } } } },
        },
        Keys: {
          Type: 'Custom::Keys',
          Properties: { ServiceToken: { 'Fn::GetAtt': ['Maker', 'Arn'] } },
          DependsOn: ['Policy'],
        },
        Maker: {
          Type: 'AWS::Lambda::Function',
          Properties: { Environment: { Variables: { P: { 'Fn::Sub': `x${at('Parameter')}` } } } },
        },
        Parameter: { Type: 'AWS::SSM::Parameter', Properties: {} },
        Policy: { Type: 'AWS::IAM::Policy', Properties: {} },
      },
    });
    expect(deployOrder(template)).toEqual(['Parameter', 'Maker', 'Policy', 'Keys', 'Guard']);
  });
});

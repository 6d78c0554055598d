import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A handwritten cloud assembly: one HTTP API, with a route and a function per source. */
export interface Fixture {
  readonly directory: string;
  remove(): void;
}

/** Contents of the fixture's stack. */
export interface FixtureOptions {
  /** Bodies of `exports.handler = async (event, context) => { ... }`, by logical id. */
  readonly functions: Readonly<Record<string, string>>;
  /** Logical ids of the function and, if any, of the authorizer, by route key. */
  readonly routes?: Readonly<Record<string, { readonly to: string; readonly guard?: string }>>;
  /** Further properties of the functions, by logical id. */
  readonly properties?: Readonly<Record<string, object>>;
  readonly cors?: object;
  readonly authorizerSeconds?: number;
  /** Further resources. */
  readonly resources?: Readonly<Record<string, object>>;
}

/** Writes the assembly to a temporary directory. */
export function writeFixture({
  functions,
  routes = {},
  properties = {},
  cors,
  authorizerSeconds = 0,
  resources = {},
}: FixtureOptions): Fixture {
  const directory = mkdtempSync(join(tmpdir(), 'pawl-fixture-'));
  const files: Record<string, object> = {};
  const all: Record<string, object> = {
    Api: {
      Type: 'AWS::ApiGatewayV2::Api',
      Properties: { ProtocolType: 'HTTP', ...(cors === undefined ? {} : { CorsConfiguration: cors }) },
    },
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      },
    },
  };
  for (const [id, source] of Object.entries(functions)) {
    mkdirSync(join(directory, `asset.${id}`));
    // A source with its own exports is used unchanged.
    const code = source.includes('exports.') ? source : `exports.handler = async (event, context) => { ${source} };`;
    writeFileSync(join(directory, `asset.${id}/index.js`), code);
    writeFileSync(join(directory, `asset.${id}/package.json`), '{"type":"commonjs"}');
    files[id] = {
      source: { path: `asset.${id}`, packaging: 'zip' },
      destinations: { here: { objectKey: `${id}.zip` } },
    };
    all[id] = {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Handler: 'index.handler',
        Timeout: 2,
        Code: { S3Bucket: 'b', S3Key: `${id}.zip` },
        ...properties[id],
      },
    };
  }
  for (const [key, { to, guard }] of Object.entries(routes)) {
    const id = key.replace(/\W/g, '');
    all[`${id}Integration`] = {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        IntegrationType: 'AWS_PROXY',
        PayloadFormatVersion: '2.0',
        IntegrationUri: { 'Fn::GetAtt': [to, 'Arn'] },
      },
    };
    const authorization =
      guard === undefined ? {} : { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: `${guard}Authorizer` } };
    all[`${id}Route`] = {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        RouteKey: key,
        Target: { 'Fn::Join': ['', ['integrations/', { Ref: `${id}Integration` }]] },
        ...authorization,
      },
    };
    if (guard !== undefined) all[`${guard}Authorizer`] = authorizer(guard, authorizerSeconds);
  }
  const write = (name: string, content: object): void => writeFileSync(join(directory, name), JSON.stringify(content));
  write('Fixture.template.json', { Resources: { ...all, ...resources } });
  write('Fixture.assets.json', { files });
  write('manifest.json', {
    artifacts: {
      'Fixture.assets': { type: 'cdk:asset-manifest', properties: { file: 'Fixture.assets.json' } },
      Fixture: { type: 'aws:cloudformation:stack', properties: { templateFile: 'Fixture.template.json' } },
    },
  });
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

function authorizer(functionId: string, seconds: number): object {
  const uri = [
    'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/',
    { 'Fn::GetAtt': [functionId, 'Arn'] },
    '/invocations',
  ];
  return {
    Type: 'AWS::ApiGatewayV2::Authorizer',
    Properties: {
      AuthorizerType: 'REQUEST',
      AuthorizerPayloadFormatVersion: '2.0',
      EnableSimpleResponses: true,
      IdentitySource: ['$request.header.Authorization'],
      AuthorizerResultTtlInSeconds: seconds,
      AuthorizerUri: { 'Fn::Join': ['', uri] },
    },
  };
}

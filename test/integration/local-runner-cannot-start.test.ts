import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startLocal } from '../../local/service.ts';
import { writeFixture } from '../support/local-fixture.ts';
import { echo, serveForTest, takenPort } from './support/local-runner.ts';

describe('a start that cannot succeed', () => {
  test('says that the port is taken', async () => {
    const port = await takenPort();
    await expect(serveForTest(echo, { port })).rejects.toThrow(
      `port ${port} is taken; choose another with PORT=<number>`,
    );
  });
  test('says which bundle is missing', async () => {
    const fixture = writeFixture(echo);
    onTestFinished(fixture.remove);
    rmSync(join(fixture.directory, 'asset.Echo/index.js'));
    await expect(startLocal({ cloudAssembly: fixture.directory })).rejects.toThrow(
      /Echo: the bundle .*index\.js is missing/,
    );
    rmSync(join(fixture.directory, 'asset.Echo'), { recursive: true });
    await expect(startLocal({ cloudAssembly: fixture.directory })).rejects.toThrow(/asset directory .* is missing/);
  });
  test.each<[string, object, string]>([
    [
      'a type that it does not know',
      { Bucket: { Type: 'AWS::S3::Bucket' } },
      'the local run does not support the resource type AWS::S3::Bucket (Bucket)',
    ],
    [
      'a second HTTP API',
      { Other: { Type: 'AWS::ApiGatewayV2::Api' } },
      'the local run serves one HTTP API, but the stack has more',
    ],
    [
      'a stage of its own',
      { Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { StageName: 'v1' } } },
      'Stage: the local run serves only the stage $default',
    ],
  ])('says that the stack has %s', async (_name, resources, message) => {
    await expect(serveForTest({ ...echo, resources: resources as Record<string, object> })).rejects.toThrow(message);
  });
  test('says which environment it cannot resolve, before any request', async () => {
    const Variables = { RECORD: { Ref: 'Record' } };
    const resources = { Record: { Type: 'AWS::Route53::RecordSet' } };
    const properties = { Echo: { Environment: { Variables } } };
    await expect(serveForTest({ ...echo, resources, properties })).rejects.toThrow(
      'Echo.Environment: the local run does not support the Ref of Record (AWS::Route53::RecordSet)',
    );
  });
  test('says that there is no assembly', async () => {
    await expect(startLocal({ cloudAssembly: join(tmpdir(), 'none') })).rejects.toThrow(/cannot read .*manifest\.json/);
  });
});

import { describe, expect, test } from 'vitest';
import { success, withCustomResource } from './support/custom-resource.ts';
import { serveForTest, temporaryDirectory } from './support/local-runner.ts';

describe('custom resources', () => {
  test('are created before resources that need their attributes, with their properties as text', async () => {
    const service = await serveForTest(withCustomResource(success));
    expect(await service.invoke('Reader', {})).toEqual({ ok: true, payload: 'Create "5" Fixture-Parameter undefined' });
  });
  test('are updated when a data directory has them already', async () => {
    const dataDir = temporaryDirectory();
    await (await serveForTest(withCustomResource(success), { dataDir })).stop();
    const service = await serveForTest(withCustomResource(success), { dataDir });
    expect(await service.invoke('Reader', {})).toEqual({ ok: true, payload: 'Update "5" Fixture-Parameter p1' });
  });
  test.each([
    [
      'says FAILED',
      `await answer({ Status: 'FAILED', Reason: 'no luck' });`,
      'the custom resource Made failed: no luck',
    ],
    ['throws', `throw new Error('broken');`, 'the custom resource Made failed: Maker: broken'],
    [
      'names no physical id',
      `await answer({ Status: 'SUCCESS' });`,
      'the custom resource Made returned no PhysicalResourceId',
    ],
  ])('whose function %s end the start with a clear error', async (_name, body, message) => {
    await expect(serveForTest(withCustomResource(body))).rejects.toThrow(message);
  });
});

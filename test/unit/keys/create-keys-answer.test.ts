import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { answerCloudFormation, type CustomResourceRequest } from '../../../lambda/keys/create-keys-answer.ts';
import { proveArgon2 } from '../../../lambda/keys/prove-argon2.ts';

const nothing = async () => {};

const request: CustomResourceRequest = {
  RequestType: 'Create',
  ResponseURL: 'https://cloudformation.example/answer?X-Amz-Signature=signed',
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'Created',
};

function cloudFormation(status = 200) {
  const sent: { url: string; init: RequestInit; body: Record<string, unknown> }[] = [];
  const send = (async (url: string, init: RequestInit) => {
    sent.push({ url, init, body: JSON.parse(String(init.body)) as Record<string, unknown> });
    return new Response(null, { status });
  }) as unknown as typeof fetch;
  return { sent, send };
}

describe('what CloudFormation hears', () => {
  test.each(['Create', 'Update'] as const)('%s: the keys, under an id that never changes', async (RequestType) => {
    const { sent, send } = cloudFormation();
    await answerCloudFormation({ ...request, RequestType }, async () => ({ Jwks: '{"keys":[]}' }), nothing, send);
    expect(sent).toHaveLength(1);
    expect(sent[0]?.url).toBe(request.ResponseURL);
    expect(sent[0]?.init).toMatchObject({ method: 'PUT', headers: { 'content-type': '' } });
    expect(sent[0]?.init.signal).toBeInstanceOf(AbortSignal);
    expect(sent[0]?.body).toEqual({
      Status: 'SUCCESS',
      Data: { Jwks: '{"keys":[]}' },
      PhysicalResourceId: 'pawl-keys',
      StackId: 'stack',
      RequestId: 'request',
      LogicalResourceId: 'Created',
    });
  });

  test('over a connection of its own, as a kept one is closed while the function is frozen', async () => {
    const sockets = new Set<unknown>();
    const server = createServer((received, response) => {
      if (sockets.has(received.socket)) return void received.socket.resetAndDestroy();
      sockets.add(received.socket);
      received.resume().once('end', () => response.end());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const ResponseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer`;
    for (const RequestType of ['Create', 'Update', 'Delete'] as const) {
      const { Status } = await answerCloudFormation(
        { ...request, ResponseURL, RequestType },
        async () => ({}),
        nothing,
      );
      expect(Status).toBe('SUCCESS');
    }
    expect(sockets.size).toBe(3);
    server.close();
  });

  test('Delete: what was published is removed, and nothing else is done', async () => {
    const { sent, send } = cloudFormation();
    const work = () => Promise.reject(new Error('must not run'));
    const remove = vi.fn(nothing);
    await answerCloudFormation({ ...request, RequestType: 'Delete' }, work, remove, send);
    expect(remove).toHaveBeenCalledTimes(1);
    expect(sent[0]?.body).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'pawl-keys' });
  });

  test('Delete that fails says why', async () => {
    const { sent, send } = cloudFormation();
    const denied = Object.assign(new Error('not authorized'), { name: 'AccessDenied', $metadata: {} });
    const remove = () => Promise.reject(denied);
    await answerCloudFormation({ ...request, RequestType: 'Delete' }, async () => ({}), remove, send);
    expect(sent[0]?.body).toMatchObject({
      Status: 'FAILED',
      Reason: 'The published keys could not be deleted: AccessDenied: not authorized',
    });
  });

  test('a runtime without argon2id: the version, and what is wrong', async () => {
    const { sent, send } = cloudFormation();
    const missing = { verify: () => Promise.reject(new TypeError('argon2 is not a function')) };
    await answerCloudFormation(request, async () => proveArgon2(missing).then(() => ({})), nothing, send);
    expect(sent[0]?.body.Status).toBe('FAILED');
    expect(sent[0]?.body.Reason).toBe(
      `The keys could not be created: UnfitRuntimeError: Node.js ${process.version} of this function, which logins run on too, cannot compute argon2id (TypeError: argon2 is not a function)`,
    );
  });

  test('a runtime whose argon2id is wrong', async () => {
    await expect(proveArgon2({ verify: async () => false })).rejects.toThrow('computes a wrong argon2id hash');
    await expect(proveArgon2()).resolves.toBeUndefined();
  });

  test("a failure of AWS: AWS's own words, cut to what CloudFormation takes", async () => {
    const { sent, send } = cloudFormation();
    const denied = Object.assign(new Error(`not authorized ${'x'.repeat(5000)}`), {
      name: 'AccessDenied',
      $metadata: {},
    });
    await answerCloudFormation(request, () => Promise.reject(denied), nothing, send);
    expect(sent[0]?.body.Status).toBe('FAILED');
    expect(sent[0]?.body.Reason).toMatch(/^The keys could not be created: AccessDenied: not authorized/);
    expect(JSON.stringify(sent[0]?.body).length).toBeLessThan(4096);
  });

  test('any other failure: its name alone, as its message may quote a secret', async () => {
    const { sent, send } = cloudFormation();
    await answerCloudFormation(
      request,
      () => Promise.reject(new SyntaxError('"my-secret" is not JSON')),
      nothing,
      send,
    );
    expect(sent[0]?.body.Reason).toBe('The keys could not be created: SyntaxError');
  });
});

test('an answer that was not taken is an error, so that Lambda tries again; its message has no URL', async () => {
  const { send } = cloudFormation(403);
  const error: unknown = await answerCloudFormation(request, async () => ({}), nothing, send).catch(
    (caught: unknown) => caught,
  );
  expect((error as Error).message).toBe('CloudFormation rejected the response with 403');
});

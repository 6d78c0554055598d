import { messageOf } from '../errors.ts';
import type { Functions } from '../runtime/functions.ts';
import type { PathAnswer } from './aws-endpoints.ts';

/** Lambda's `Invoke` and `GetFunctionConfiguration`: the path names the function, the body is its event. */
export async function invokeByApi(functions: Functions, path: string, body: string): Promise<PathAnswer | undefined> {
  const [, name, call] = /^\/2015-03-31\/functions\/([^/]+)\/(invocations|configuration)/.exec(path) ?? [];
  if (name === undefined) return undefined;
  let id: string;
  try {
    id = functions.byName(decodeURIComponent(name));
  } catch (error) {
    return { status: 404, headers: { 'x-amzn-errortype': 'ResourceNotFoundException' }, body: asMessage(error) };
  }
  if (call === 'configuration') {
    const configuration = { FunctionName: name, Environment: { Variables: functions.environmentOf(id) } };
    return { status: 200, headers: {}, body: JSON.stringify(configuration) };
  }
  const outcome = await functions.invoke(id, JSON.parse(body === '' ? 'null' : body));
  if (outcome.ok) return { status: 200, headers: {}, body: JSON.stringify(outcome.payload ?? null) };
  return { status: 200, headers: { 'x-amz-function-error': 'Unhandled' }, body: JSON.stringify(outcome.error) };
}

function asMessage(error: unknown): string {
  return JSON.stringify({ Message: messageOf(error) });
}

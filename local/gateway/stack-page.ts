import type { Template } from '../cloudformation/template.ts';
import { LocalError } from '../errors.ts';
import { type JsonObject, objectOf } from '../json.ts';
import { isFromHere } from './from-here.ts';
import type { Pages } from './gateway.ts';

/** The path at which the command line finds the local service. */
const path = '/local/stack.json';

export interface StackPageOptions {
  readonly stackName: string;
  /** The unmodified template, for its outputs. */
  readonly document: JsonObject;
  readonly template: Template;
  /** Environment variables that point an AWS SDK to this service. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** The service's time, epoch milliseconds. It can be moved. */
  readonly now: () => number;
}

/** Serves the stack outputs and the local AWS endpoints to programs on this machine. */
export function stackPage({ stackName, document, template, endpoints, now }: StackPageOptions): Pages {
  const answer = (): string =>
    JSON.stringify({
      stackName,
      outputs: outputsOf(document, template),
      functions: functionsOf(template),
      endpoints,
      now: now(),
    });
  return (request, response) => {
    if (request.method !== 'GET' || request.url !== path) return false;
    const [status, text] = isFromHere(request) ? [200, answer()] : [403, '{}'];
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(text);
    return true;
  };
}

/** The names of the functions by logical id. */
function functionsOf(template: Template): Readonly<Record<string, string>> {
  const functions = template.ofType('AWS::Lambda::Function');
  return Object.fromEntries(functions.map(({ id }) => [id, String(template.resolve({ Ref: id }))]));
}

/** Omits outputs of resources that the local run does not support. */
function outputsOf(document: JsonObject, template: Template): Readonly<Record<string, string>> {
  const outputs: Record<string, string> = {};
  for (const [name, output] of Object.entries(objectOf(document.Outputs))) {
    try {
      outputs[name] = String(template.resolve(objectOf(output).Value));
    } catch (error) {
      if (!(error instanceof LocalError)) throw error;
    }
  }
  return outputs;
}

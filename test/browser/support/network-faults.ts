import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Pages } from '../../../local/gateway/gateway.ts';

type Fault = (request: IncomingMessage, response: ServerResponse) => boolean;

/** What goes wrong between browser and service, for the next request to a path. Give `pages` to `openPages`. */
export class NetworkFaults {
  readonly #next: { readonly path: string; readonly fault: Fault }[] = [];

  readonly pages: Pages = (request, response) => {
    if (request.method === 'OPTIONS') return false;
    const index = this.#next.findIndex(({ path }) => path === request.url);
    const [found] = index < 0 ? [] : this.#next.splice(index, 1);
    return found?.fault(request, response) ?? false;
  };

  /** The service does its work, and the answer never arrives. */
  lose(path: string): void {
    this.#add(path, (_, response) => {
      response.writeHead = () => response.destroy();
      return false;
    });
  }

  /** The service does its work, and the answer waits for `release`. */
  hold(path: string): { readonly arrived: Promise<void>; readonly release: () => void } {
    const gate = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    this.#add(path, (_, response) => {
      const end = response.end.bind(response) as (body: unknown) => ServerResponse;
      response.end = (body?: unknown) => {
        arrived.resolve();
        void gate.promise.then(() => end(body));
        return response;
      };
      return false;
    });
    return { arrived: arrived.promise, release: gate.resolve };
  }

  /** The service is not asked: the gateway answers. */
  answer(path: string, status: number): void {
    this.#add(path, ({ headers }, response) => {
      response.writeHead(status, {
        'access-control-allow-origin': headers.origin ?? '',
        'access-control-allow-credentials': 'true',
      });
      response.end();
      return true;
    });
  }

  #add(path: string, fault: Fault): void {
    this.#next.push({ path, fault });
  }
}

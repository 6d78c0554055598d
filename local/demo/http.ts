import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { StoryError } from './page.ts';

const TIMEOUT_MS = 15_000;

/** A response, as the client received it. */
export interface Answer {
  readonly status: number;
  /** The members of the body; empty if it is not a JSON object. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** One request to the service. */
export interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly bearer?: string;
  readonly json?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
}

/** An HTTP client for one base URL that can also disconnect before the response. */
export class HttpClient {
  readonly #base: URL;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(base: string) {
    this.#base = new URL(base);
  }

  /** Sends a request and reads the response. @throws StoryError if none arrives in time */
  send(call: Call): Promise<Answer> {
    const { headers, body } = encode(call);
    return new Promise((resolve, reject) => {
      const sent = request(
        new URL(call.path, this.#base),
        { method: call.method, headers, agent: this.#agent, signal: AbortSignal.timeout(TIMEOUT_MS) },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            resolve({ status: response.statusCode ?? 0, body: parse(Buffer.concat(chunks).toString('utf8')) });
          });
        },
      );
      sent.on('error', (error) => {
        reject(new StoryError(`${call.method} ${call.path} got no answer: ${error.message}`, { cause: error }));
      });
      sent.end(body);
    });
  }

  /**
   * Sends a request and discards its response: the socket is never read, and is destroyed once the service has handled
   * the request.
   *
   * @param handled - resolves when the service has handled the request
   * @returns how many bytes of the response were read: always 0
   */
  async sendAndLose(call: Call, handled: () => Promise<void>): Promise<number> {
    const { headers, body } = encode(call);
    const head = [`${call.method} ${call.path} HTTP/1.1`, `host: ${this.#base.host}`, 'connection: close'];
    for (const [name, value] of Object.entries(headers)) head.push(`${name}: ${value}`);
    const socket = connect({ host: this.#base.hostname, port: Number(this.#base.port) });
    // Pause before connecting, because Node otherwise starts reading.
    socket.pause();
    const broken = new Promise<never>((_, reject) => socket.once('error', reject));
    try {
      socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
      await Promise.race([handled(), broken]);
      return socket.bytesRead;
    } finally {
      socket.destroy();
    }
  }

  close(): void {
    this.#agent.destroy();
  }
}

function encode({ bearer, json, form }: Call): { headers: Record<string, string>; body: string } {
  const body = json !== undefined ? JSON.stringify(json) : form !== undefined ? `${new URLSearchParams(form)}` : '';
  const type = json !== undefined ? 'application/json' : 'application/x-www-form-urlencoded';
  return {
    headers: {
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      ...(body === '' ? {} : { 'content-type': type, 'content-length': String(Buffer.byteLength(body)) }),
    },
    body,
  };
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Checks of the body's members report a response that is not JSON.
  }
  return {};
}

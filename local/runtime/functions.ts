import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { Assembly } from '../cloudformation/assembly.ts';
import { place } from '../cloudformation/resource-types.ts';
import type { Resource, Template } from '../cloudformation/template.ts';
import { LocalError } from '../errors.ts';
import { objectOf } from '../json.ts';
import { FunctionWorker, type FunctionWorkerOptions, type Outcome } from './function-worker.ts';

/** One line that a function wrote. */
export interface LogLine {
  /** Logical id of the function. */
  readonly function: string;
  /** The time on the service's clock. */
  readonly time: number;
  readonly line: string;
}

/** The shared dependencies of all functions of a local service. */
export interface FunctionsOptions {
  readonly assembly: Assembly;
  readonly template: Template;
  readonly clock: Clock;
  /** Environment variables with the local AWS endpoints and their credentials. */
  readonly awsEnvironment: Readonly<Record<string, string>>;
  readonly onLog: (line: LogLine) => void;
}

interface Fn {
  readonly resource: Resource;
  readonly name: string;
  readonly arn: string;
  worker?: FunctionWorker;
  rest: string;
}

/** The Lambda functions of the template. Each gets its worker thread at its first invocation, as in a cold start. */
export class Functions {
  readonly #options: FunctionsOptions;
  readonly #functions = new Map<string, Fn>();

  constructor(options: FunctionsOptions) {
    this.#options = options;
    const { template } = options;
    for (const resource of template.ofType('AWS::Lambda::Function')) {
      const name = String(template.resolve({ Ref: resource.id }));
      const arn = String(template.resolve({ 'Fn::GetAtt': [resource.id, 'Arn'] }));
      this.#functions.set(resource.id, { resource, name, arn, rest: '' });
      this.#modulePath(resource); // a missing bundle shows at the start, not at the first request
    }
  }

  /** The logical ids of all functions. */
  get ids(): readonly string[] {
    return [...this.#functions.keys()];
  }

  /** The logical id behind an ARN, with or without a version, or behind the invocation URI that API Gateway is given. */
  byArn(arn: string): string {
    const plain = /arn:[^:]+:lambda:[^:]+:\d+:function:[^:/]+/.exec(arn)?.[0];
    for (const [id, fn] of this.#functions) if (fn.arn === plain) return id;
    throw new LocalError(`the template has no function ${arn}`);
  }

  /** The logical id behind a function's name or ARN. */
  byName(name: string): string {
    if (name.startsWith('arn:')) return this.byArn(name);
    for (const [id, fn] of this.#functions) if (fn.name === name) return id;
    throw new LocalError(`the template has no function ${name}`);
  }

  /** The logical id that equals the text, or the only one that starts with it. */
  byPrefix(prefix: string): string {
    if (this.#functions.has(prefix)) return prefix;
    const [id, ...others] = this.ids.filter((candidate) => candidate.startsWith(prefix));
    if (id === undefined || others.length > 0) {
      throw new LocalError(
        `${id === undefined ? 'no function' : 'more than one function'} starts with ${prefix}; there are ${this.ids.join(', ')}`,
      );
    }
    return id;
  }

  /**
   * Resolves every function's environment, so that an error in the template shows at the start and not at a request.
   */
  check(): void {
    for (const fn of this.#functions.values()) this.#workerOptions(fn);
  }

  /** A function's environment variables. */
  environmentOf(id: string): Readonly<Record<string, string>> {
    const fn = this.#functions.get(id);
    return fn === undefined ? {} : this.#workerOptions(fn).environment;
  }

  /** Runs a function. A failure is returned, not thrown. */
  async invoke(id: string, event: unknown, requestId: string = randomUUID()): Promise<Outcome> {
    const fn = this.#functions.get(id);
    if (fn === undefined) throw new LocalError(`the template has no function ${id}`);
    if (fn.worker === undefined || !fn.worker.usable) fn.worker = new FunctionWorker(this.#workerOptions(fn));
    return fn.worker.invoke(JSON.stringify(event), requestId);
  }

  /** Ends a function's worker; its next invocation is a cold start. */
  async recycle(id: string): Promise<void> {
    const fn = this.#functions.get(id);
    const worker = fn?.worker;
    if (fn !== undefined) delete fn.worker;
    await worker?.stop();
  }

  /** Ends all workers. */
  async stop(): Promise<void> {
    await Promise.all(this.ids.map((id) => this.recycle(id)));
  }

  #workerOptions(fn: Fn): FunctionWorkerOptions {
    const { template, clock, awsEnvironment } = this.#options;
    const { resource, name, arn } = fn;
    const handler = String(template.property(resource, 'Handler'));
    const memory = String(template.property(resource, 'MemorySize') ?? 128);
    const context = {
      functionName: name,
      functionVersion: '$LATEST',
      invokedFunctionArn: arn,
      memoryLimitInMB: memory,
      logGroupName: `/aws/lambda/${name}`,
      logStreamName: 'local',
    };
    const variables = objectOf(objectOf(template.property(resource, 'Environment')).Variables);
    const environment: Record<string, string> = {
      AWS_REGION: place.region,
      AWS_DEFAULT_REGION: place.region,
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memory,
      TZ: 'UTC',
      ...awsEnvironment,
    };
    for (const [key, value] of Object.entries(variables)) environment[key] = String(value);
    return {
      settings: {
        modulePath: this.#modulePath(resource),
        exportName: handler.split('.').at(-1) ?? '',
        handler,
        clock: clock.shared,
        context,
      },
      environment,
      timeoutMs: Number(template.property(resource, 'Timeout') ?? 3) * 1000,
      onOutput: (text) => this.#output(fn, text),
    };
  }

  #modulePath(resource: Resource): string {
    const { assembly, template } = this.#options;
    const { S3Key: key } = objectOf(template.property(resource, 'Code'));
    if (key === undefined) throw new LocalError(`${resource.id}: the local run needs the code as an asset`);
    const directory = assembly.assetDirectory(String(key));
    const handler = String(template.property(resource, 'Handler'));
    const stem = handler.slice(0, handler.lastIndexOf('.'));
    const found = ['.js', '.mjs', '.cjs']
      .map((suffix) => join(directory, stem + suffix))
      .find((path) => existsSync(path));
    if (found === undefined)
      throw new LocalError(`${resource.id}: the bundle ${join(directory, `${stem}.js`)} is missing`);
    return found;
  }

  #output(fn: Fn, text: string): void {
    const lines = (fn.rest + text).split('\n');
    fn.rest = lines.pop() ?? '';
    for (const line of lines) this.#options.onLog({ function: fn.resource.id, time: this.#options.clock.now(), line });
  }
}

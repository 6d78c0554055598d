import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { place } from '../cloudformation/resource-types.ts';
import type { Template } from '../cloudformation/template.ts';
import { LocalError } from '../errors.ts';
import { type JsonObject, listOf, objectOf } from '../json.ts';
import type { Functions } from '../runtime/functions.ts';
import type { AwsService } from './aws-endpoints.ts';
import { matches, requireKnownPattern } from './event-pattern.ts';

/** An event as a rule's target receives it. */
export type BusEvent = JsonObject & {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: unknown;
};

/** The dependencies of the local EventBridge. */
export interface EventBridgeOptions {
  readonly template: Template;
  readonly functions: Functions;
  readonly clock: Clock;
  /** Called for every published event. */
  readonly onEvent: (event: BusEvent) => void;
  /** Called for every event that its target finally rejected; on AWS, it goes to the dead-letter queue. */
  readonly onDeadLetter: (functionId: string, event: BusEvent, why: string) => void;
}

interface Rule {
  readonly busName: string;
  readonly pattern: JsonObject;
  readonly functionIds: readonly string[];
}

/** AWS retries for hours; a local target that fails three times immediately will not recover. */
const ATTEMPTS = 3;

/**
 * The publishing part of EventBridge. Events go to the Lambda targets of the template's rules after the publisher has
 * received its response.
 */
export function eventBridge(options: EventBridgeOptions): AwsService {
  const rules = readRules(options.template, options.functions);
  return {
    PutEvents: (input) => {
      const results = listOf(input.Entries).map((given) => {
        const entry = objectOf(given);
        const detail = parse(entry.Detail);
        if (detail === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
        const id = randomUUID();
        const event = {
          version: '0',
          id,
          'detail-type': String(entry.DetailType),
          source: String(entry.Source),
          account: place.accountId,
          time: `${new Date(options.clock.now()).toISOString().slice(0, 19)}Z`,
          region: place.region,
          resources: listOf(entry.Resources),
          detail,
        };
        options.onEvent(event);
        const busName = nameOf(entry.EventBusName);
        for (const rule of rules)
          if (rule.busName === busName && matches(rule.pattern, event)) void deliver(options, rule, event);
        return { EventId: id };
      });
      return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
    },
  };
}

async function deliver({ functions, onDeadLetter }: EventBridgeOptions, rule: Rule, event: BusEvent): Promise<void> {
  for (const id of rule.functionIds) {
    let outcome = await functions.invoke(id, event);
    for (let attempt = 1; attempt < ATTEMPTS && !outcome.ok; attempt += 1) {
      await delay(200 * attempt);
      outcome = await functions.invoke(id, event);
    }
    if (!outcome.ok) onDeadLetter(id, event, outcome.error.errorMessage);
  }
}

/** Rules with a pattern; a rule with only a schedule never fires here. */
function readRules(template: Template, functions: Functions): readonly Rule[] {
  return template.ofType('AWS::Events::Rule').flatMap((rule) => {
    const pattern = template.property(rule, 'EventPattern');
    if (pattern === undefined || template.property(rule, 'State') === 'DISABLED') return [];
    requireKnownPattern(rule.id, objectOf(pattern));
    // Resolve only the ARN of each target, because its dead-letter queue may be unknown here.
    const functionIds = listOf(rule.properties.Targets).map((target) => {
      const arn = String(template.resolve(objectOf(target).Arn));
      if (!arn.includes(':lambda:')) throw new LocalError(`${rule.id}: the local run supports only Lambda targets`);
      return functions.byArn(arn);
    });
    return [{ busName: nameOf(template.property(rule, 'EventBusName')), pattern: objectOf(pattern), functionIds }];
  });
}

function nameOf(nameOrArn: unknown): string {
  return String(nameOrArn ?? 'default').replace(/^arn:.*:event-bus\//, '');
}

function parse(text: unknown): unknown {
  try {
    return JSON.parse(String(text)) as unknown;
  } catch {
    return undefined;
  }
}

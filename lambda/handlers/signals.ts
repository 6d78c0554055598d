import type { EventBridgeEvent } from 'aws-lambda';
import { readEnv } from '../contract/env.ts';
import { functions } from '../contract/functions.ts';
import { applySignal } from '../core/apply-signal.ts';
import { readSignal } from '../events/read-signal.ts';
import { describeError, describeFault, log } from '../log.ts';
import { dynamoSignalLog } from '../store/dynamo-signal-log.ts';
import { accountTools, eventTools } from '../wiring.ts';

const env = readEnv(functions.signals.env, process.env);
const tools = { ...accountTools(env), ...eventTools(env) };
const signals = dynamoSignalLog(tools.table);

/**
 * Handles signals from the bus. If it throws, the event is delivered again and finally goes to the dead-letter queue.
 */
export async function handler(event: EventBridgeEvent<string, unknown>): Promise<void> {
  try {
    const signal = readSignal({ ...event });
    const outcome = await applySignal(signal, { ...tools, signals });
    log({ level: 'info', route: 'signals', requestId: event.id, subject: signal.subject, outcome });
  } catch (error) {
    log({ level: 'error', route: 'signals', outcome: 'failed', ...describeFault(error), error: describeError(error) });
    throw error;
  }
}

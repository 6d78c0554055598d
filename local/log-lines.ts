import type { LogLine } from './runtime/functions.ts';

/** The fields of a request's JSON line that are shown: docs/operate.md. */
interface RequestLine {
  readonly time: string;
  readonly route: string;
  readonly outcome: string;
  readonly status?: number;
  readonly reason?: string;
  readonly durationMs?: number;
  readonly error?: { readonly name: string; readonly at: readonly string[] };
}

/**
 * Formats a function's log line as `npm start` prints it: one short line per request, or the JSON that CloudWatch gets.
 */
export function printedLine({ function: id, line }: LogLine, json: boolean): string {
  const request = json ? undefined : readRequest(line);
  if (request === undefined) return json ? line : `[${id.replace(/[0-9A-F]{8}$/, '')}] ${line}`;
  const { time, route, status, outcome, reason, durationMs, error } = request;
  const parts = [
    time.slice(11, 19),
    route,
    ...(status === undefined ? [] : [String(status)]),
    reason === undefined ? outcome : `${outcome} (${reason})`,
    ...(durationMs === undefined ? [] : [`${Math.round(durationMs)} ms`]),
    ...(error === undefined ? [] : [`${error.name} ${error.at[0] ?? ''}`]),
  ];
  return parts.join('  ').trimEnd();
}

function readRequest(line: string): RequestLine | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const { time, route, outcome } = value as Partial<Record<string, unknown>>;
    const complete = [time, route, outcome].every((field) => typeof field === 'string');
    return complete ? (value as RequestLine) : undefined;
  } catch {
    return undefined;
  }
}

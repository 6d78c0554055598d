import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { CommandError, run } from '../../rehearsal/command.ts';
import { clientEnvironment, neutralEnvironment } from '../../rehearsal/environment.ts';
import { Progress } from '../../rehearsal/progress.ts';
import { PythonError, pythonEnvironment } from '../../rehearsal/python.ts';
import { lossesBetween } from '../../rehearsal/stack-state.ts';
import { cloudFormationValidate } from '../../rehearsal/template/cloudformation-validate.ts';
import { acknowledgementOf, type Finding } from '../../rehearsal/template/finding.ts';

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'pawl-rehearsal-test-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const node = (script: string, timeoutMs = 10_000) => run(process.execPath, ['-e', script], { env: {}, timeoutMs });

test('a command that hangs is ended with all that it started', async () => {
  const pidFile = join(home, 'pid');
  const child = `setInterval(() => {}, 1000)`;
  const script = `
    const { spawn } = require('node:child_process');
    const child = spawn(process.execPath, ['-e', ${JSON.stringify(child)}]);
    require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, String(child.pid));
    setInterval(() => {}, 1000);`;
  await expect(node(script, 1500)).rejects.toThrow(/did not end within 1.5 s/);
  const pid = Number(readFileSync(pidFile, 'utf8'));
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), 5000);
});

test('a command that fails shows the end of its output', async () => {
  const failing = node('console.log("many words"); console.error("the reason"); process.exit(3)');
  await expect(failing).rejects.toThrow(CommandError);
  await expect(failing).rejects.toThrow(/ended with 3\n(.*\n)*the reason/);
});

test('a command that does not exist is named', async () => {
  await expect(run('no-such-program', [], { env: {}, timeoutMs: 1000 })).rejects.toThrow(
    /no-such-program cannot be run/,
  );
});

test('a missing Python is a clear error', async () => {
  const missing = pythonEnvironment({ PATH: home });
  await expect(missing).rejects.toThrow(PythonError);
  await expect(missing).rejects.toThrow(/Python 3\.11 or newer is needed, as python3 on the PATH/);
});

test('nothing of a real account reaches the rehearsal', () => {
  vi.stubEnv('AWS_PROFILE', 'production');
  vi.stubEnv('AWS_SESSION_TOKEN', 'real');
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', 'https://dynamodb.eu-central-1.amazonaws.com');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAREAL');
  vi.stubEnv('CDK_DEFAULT_ACCOUNT', '123456789012');
  const text = JSON.stringify([neutralEnvironment(home), clientEnvironment(home, 'http://127.0.0.1:1')]);
  expect(text).not.toMatch(/production|"real"|amazonaws|AKIAREAL|123456789012/);
  expect(neutralEnvironment(home).AWS_ACCESS_KEY_ID).toBeUndefined();
});

test('the summary has one line a step, the failed one last', async () => {
  const progress = new Progress(() => {});
  await progress.step('one', async () => 1, String);
  await expect(progress.step('two', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  const lines = progress.summary().split('\n');
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(/^ok {4} +\d+\.\d s {2}one: 1$/);
  expect(lines[1]).toMatch(/^FAIL {2} +\d+\.\d s {2}two$/);
  expect(lines[2]).toMatch(/in all$/);
});

test('what is lost or changed is named, what is new is not', () => {
  const state = (items: Record<string, string>, secrets: Record<string, string>) => ({
    items: new Map(Object.entries(items)),
    secrets: new Map(Object.entries(secrets)),
  });
  const before = state({ a: '1', b: '2' }, { key: 'x' });
  expect(lossesBetween(before, state({ a: '1', b: '2', c: '3' }, { key: 'x' }))).toEqual([]);
  expect(lossesBetween(before, state({ a: '9' }, { key: 'y' }))).toEqual(['item a', 'item b', 'secret key']);
});

test('the template linter does look', () => {
  const template = join(home, 'bad.json');
  const Properties = { Runtime: 'nodejs99.x', Handler: 'index.handler', Role: 'role', Code: { ZipFile: 'x' } };
  writeFileSync(template, JSON.stringify({ Resources: { Bad: { Type: 'AWS::Lambda::Function', Properties } } }));
  const findings = cloudFormationValidate(template, 'us-east-1');
  expect(findings.some(({ level, resource }) => level === 'error' && resource === 'Bad')).toBe(true);
});

test('an acknowledgement speaks for its rule on its resources alone', () => {
  const finding: Finding = {
    linter: 'cfn-lint',
    rule: 'W3005',
    level: 'warning',
    resource: 'TokenServiceLoginFunction66118464',
    message: '',
  };
  expect(acknowledgementOf(finding)?.reason).toMatch(/DependsOn/);
  expect(acknowledgementOf({ ...finding, resource: 'TokenServiceAuthTableAB7540A2' })).toBeUndefined();
  expect(acknowledgementOf({ ...finding, rule: 'E3002' })).toBeUndefined();
});

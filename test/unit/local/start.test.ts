import { describe, expect, test } from 'vitest';
import { readStartOptions } from '../../../local/arguments.ts';
import { createClock } from '../../../local/clock.ts';
import { faultOf } from '../../../local/cloudformation/synth.ts';

describe('the command line of npm start', () => {
  test('has defaults', () => {
    expect(readStartOptions([], {})).toEqual({
      context: [],
      json: false,
      port: 3000,
      dataDir: undefined,
      demoUsername: 'demo@example.com',
      demoPassword: undefined,
      dynamodbEndpoint: undefined,
    });
  });
  test('takes settings in every form that cdk takes', () => {
    const args = ['-c', 'a=1', '--context', 'b=2=3', '--context=c=', '-cd=4'];
    expect(readStartOptions(args, {})?.context).toEqual(['a=1', 'b=2=3', 'c=', 'd=4']);
  });
  test('takes --json, also where npm has read it', () => {
    expect(readStartOptions(['--json'], {})?.json).toBe(true);
    expect(readStartOptions([], { npm_config_json: 'true' })?.json).toBe(true);
  });
  test('asks for nothing to be started with --help', () => {
    expect(readStartOptions(['--help'], {})).toBeUndefined();
  });
  test.each<[string[], Record<string, string>, RegExp]>([
    [['-x'], {}, /unknown argument -x/],
    [['-c'], {}, /-c needs key=value/],
    [['-c', 'graceSeconds'], {}, /-c needs key=value/],
    [[], { PORT: 'http' }, /PORT must be a number/],
    [[], { PORT: '70000' }, /PORT must be a number/],
    [[], { npm_config_call: 'graceSeconds=5' }, /write npm start -- -c graceSeconds=5/],
    [['--jsno'], {}, /unknown argument --jsno/],
  ])('refuses %j %j in one line', (args, env, message) => {
    expect(() => readStartOptions(args, env)).toThrow(message);
  });
});

test("a fault of the synthesis is shown without the CLI's noise", () => {
  const output = `function        bundle      budget
login         397.8 KB           -
refresh       397.5 KB    400.0 KB

Invalid settings:
  - graceSeconds must be a whole number
npm run -s app: Subprocess exited with error 1
`;
  expect(faultOf(output)).toBe('Invalid settings:\n  - graceSeconds must be a whole number');
});

test('a fault without a text of its own shows all there is', () => {
  expect(faultOf('npm error code 1\n')).toBe('cdk synth failed\nnpm error code 1');
});

test('a clock is ahead by what it was advanced', () => {
  const clock = createClock(-5_000);
  clock.advance(605);
  expect(Math.abs(clock.now() - Date.now() - 600_000)).toBeLessThan(50);
});

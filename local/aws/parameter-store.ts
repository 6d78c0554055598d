import type { Clock } from '../clock.ts';
import { place } from '../cloudformation/resource-types.ts';
import { type JsonObject, textsOf } from '../json.ts';
import { AwsError, type AwsService } from './aws-endpoints.ts';
import type { Parameter, State } from './state.ts';

/** AWS's limits in characters. */
const LIMITS: Readonly<Record<string, number>> = { Standard: 4096, Advanced: 8192, 'Intelligent-Tiering': 8192 };

/** The part of the Systems Manager Parameter Store that a function needs to read and write parameters. */
export function parameterStore(state: State, clock: Clock): AwsService {
  const { parameters } = state.account;
  return {
    GetParameter: (input) => {
      const name = nameOf(input.Name);
      const parameter = parameters[name];
      if (parameter === undefined) throw new AwsError('ParameterNotFound', `there is no parameter ${name}`);
      return { Parameter: describe(name, parameter) };
    },
    GetParameters: (input) => {
      const names = (textsOf(input.Names) ?? []).map(nameOf);
      return {
        Parameters: names.flatMap((name) => (parameters[name] === undefined ? [] : [describe(name, parameters[name])])),
        InvalidParameters: names.filter((name) => parameters[name] === undefined),
      };
    },
    DeleteParameter: (input) => {
      const name = nameOf(input.Name);
      if (parameters[name] === undefined) throw new AwsError('ParameterNotFound', `there is no parameter ${name}`);
      delete parameters[name];
      state.save();
      return {};
    },
    PutParameter: (input) => {
      const name = nameOf(input.Name);
      const value = String(input.Value);
      const existing = parameters[name];
      if (existing !== undefined && input.Overwrite !== true)
        throw new AwsError(
          'ParameterAlreadyExists',
          'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
        );
      const limit = LIMITS[String(input.Tier ?? 'Standard')] ?? 4096;
      if (value.length > limit)
        throw new AwsError('ValidationException', `the value is longer than the ${limit} characters of its tier`);
      const version = (existing?.version ?? 0) + 1;
      parameters[name] = {
        ...existing,
        value,
        type: String(input.Type ?? existing?.type ?? 'String'),
        version,
        modifiedAt: clock.now(),
      };
      state.save();
      return { Version: version, Tier: String(input.Tier ?? 'Standard') };
    },
  };
}

function describe(name: string, { value, type, version, modifiedAt }: Parameter): JsonObject {
  const ARN = `arn:${place.partition}:ssm:${place.region}:${place.accountId}:parameter${name.startsWith('/') ? '' : '/'}${name}`;
  return {
    Name: name,
    Type: type,
    Value: value,
    Version: version,
    LastModifiedDate: modifiedAt / 1000,
    ARN,
    DataType: 'text',
  };
}

function nameOf(value: unknown): string {
  return String(value).replace(/^arn:[^:]+:ssm:[^:]+:\d+:parameter(?=\/)/, '');
}

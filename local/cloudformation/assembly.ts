import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LocalError, messageOf } from '../errors.ts';
import { type JsonObject, objectOf } from '../json.ts';

/** The one stack of a synthesized CDK app: its template and the directories of its assets. */
export interface Assembly {
  readonly stackName: string;
  readonly template: JsonObject;
  /** The directory that `cdk deploy` would upload under this key of the asset bucket. */
  assetDirectory(objectKey: string): string;
}

/**
 * Reads the output of `cdk synth`.
 *
 * @param directory the cloud assembly, `cdk.out`
 */
export function readAssembly(directory: string): Assembly {
  const artifacts = Object.entries(objectOf(readJson(join(directory, 'manifest.json')).artifacts));
  const stacks = artifacts.filter(([, artifact]) => objectOf(artifact).type === 'aws:cloudformation:stack');
  const [only, ...others] = stacks;
  if (only === undefined) throw new LocalError(`there is no stack in ${directory}`);
  if (others.length > 0) {
    throw new LocalError(
      `the local run serves one stack, but ${directory} holds ${stacks.map(([id]) => id).join(', ')}`,
    );
  }
  const [id, artifact] = only;
  const properties = objectOf(objectOf(artifact).properties);
  const assets = readAssets(directory, artifacts);
  return {
    stackName: String(properties.stackName ?? id),
    template: readJson(join(directory, String(properties.templateFile ?? `${id}.template.json`))),
    assetDirectory: (objectKey) => {
      const path = assets.get(objectKey);
      if (path === undefined) throw new LocalError(`the assembly has no asset for ${objectKey}`);
      if (!existsSync(path)) throw new LocalError(`the asset directory ${path} is missing; run the synthesis again`);
      return path;
    },
  };
}

function readAssets(
  directory: string,
  artifacts: readonly (readonly [string, unknown])[],
): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  for (const [, artifact] of artifacts) {
    const { type, properties } = objectOf(artifact);
    if (type !== 'cdk:asset-manifest') continue;
    const files = objectOf(readJson(join(directory, String(objectOf(properties).file))).files);
    for (const file of Object.values(files)) {
      const { source, destinations } = objectOf(file);
      for (const destination of Object.values(objectOf(destinations))) {
        paths.set(String(objectOf(destination).objectKey), join(directory, String(objectOf(source).path)));
      }
    }
  }
  return paths;
}

function readJson(path: string): JsonObject {
  try {
    return objectOf(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new LocalError(`cannot read ${path}: ${messageOf(error)}`);
  }
}

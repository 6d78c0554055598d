import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { functions } from '../../../lambda/contract/functions.ts';
import { contractFingerprint, stampFile } from '../../../lib/bundles.ts';
import { PawlStack } from '../../../lib/pawl-stack.ts';
import type { TokenServiceProps } from '../../../lib/token-service.ts';

/** A directory of stand-ins for the built functions, so that synth tests need no build. */
export function standInBundles(): string {
  const directory = mkdtempSync(join(tmpdir(), 'pawl-bundles-'));
  for (const { entry } of Object.values(functions)) {
    mkdirSync(join(directory, entry));
    writeFileSync(join(directory, entry, 'index.js'), `exports.handler = async () => '${entry}';\n`);
  }
  writeFileSync(join(directory, stampFile), JSON.stringify({ contract: contractFingerprint(), sources: {} }));
  return directory;
}

export const bundles = standInBundles();

export function synth(service: TokenServiceProps = {}) {
  const app = new App();
  const stack = new PawlStack(app, 'Pawl', { service: { bundles, exampleRoute: true, ...service } });
  return { app, stack, template: Template.fromStack(stack) };
}

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly DependsOn?: readonly string[];
}

/** The template's resources of one type, by logical id. */
export function resources(template: Template, type: string): ReadonlyMap<string, Resource> {
  return new Map(Object.entries(template.findResources(type) as Record<string, Resource>));
}

/** The one resource of a type whose logical id matches. */
export function only(template: Template, type: string, id: RegExp): readonly [string, Resource] {
  const found = [...resources(template, type)].filter(([name]) => id.test(name));
  if (found[0] === undefined || found.length > 1) throw new Error(`${found.length} resources ${type} match ${id}`);
  return found[0];
}

/** Logical id of what `Ref` or `Fn::GetAtt` points at. */
export function target(value: unknown): string {
  const reference = value as { Ref?: string; 'Fn::GetAtt'?: [string, string] };
  return reference.Ref ?? reference['Fn::GetAtt']?.[0] ?? JSON.stringify(value);
}

import { readFileSync } from 'node:fs';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import type { Packed } from './pack.ts';

/**
 * Checks a tarball with publint (strict) and Are The Types Wrong.
 *
 * @returns one line per fault; empty without faults
 */
export async function faultsOf({ tarball }: Packed): Promise<readonly string[]> {
  const data = readFileSync(tarball);
  const { messages, pkg } = await publint({
    pack: { tarball: data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) },
    strict: true,
  });
  const analysis = await checkPackage(createPackageFromTarballData(data));
  const problems = analysis.types === false ? ['no types'] : analysis.problems.map((one) => JSON.stringify(one));
  return [
    ...messages.map((message) => `publint: ${formatMessage(message, pkg) ?? message.code}`),
    ...problems.map((problem) => `arethetypeswrong: ${problem}`),
  ];
}

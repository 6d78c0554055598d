import { execFileSync } from 'node:child_process';
import { type Browser, chromium } from 'playwright-core';

/** Debian's Chromium; another one by PAWL_CHROMIUM. @throws Error where there is none */
function executable(): string {
  const named = process.env.PAWL_CHROMIUM;
  if (named !== undefined) return named;
  try {
    return execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim();
  } catch {
    throw new Error('The browser tests need Chromium: apt-get install chromium, or name one by PAWL_CHROMIUM');
  }
}

/** @param port where every host name is found @default each where it is */
export function launch(port?: number): Promise<Browser> {
  return chromium.launch({
    executablePath: executable(),
    args: [
      '--no-sandbox',
      ...(port === undefined ? [] : [`--host-resolver-rules=MAP * 127.0.0.1:${port}`]),
      '--ignore-certificate-errors',
      '--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests',
    ],
  });
}

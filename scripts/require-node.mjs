// Loaded by `node --import` before any TypeScript, so it must be plain JavaScript that Node 20 understands.
// 24.7 is the first release with crypto.argon2, and it strips types without a flag.
const needed = [24, 7];

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
  process.stderr.write(
    `Pawl needs Node ${needed.join('.')} or newer; this is ${process.version} (${process.execPath}). ` +
      'On Linux x64 `npm ci` without --omit=optional installs the right one for npm scripts; elsewhere install it from https://nodejs.org\n',
  );
  process.exit(1);
}

// A reader such as `head` may close the pipe early. This is not an error.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

/** A warm function, `warm-worker.cjs <bundle>`. The parent sends the events once, then a number of calls. */
const { handler } = require(process.argv[2]);
const raw = process.argv[3] === 'raw';
let events = [];

/** r and s of an ECDSA signature as DER. */
function toDer(signature) {
  const integer = (bytes) => {
    let start = 0;
    while (start < bytes.length - 1 && bytes[start] === 0) start += 1;
    const body = bytes.subarray(start);
    return body[0] > 127 ? [2, body.length + 1, 0, ...body] : [2, body.length, ...body];
  };
  const body = [...integer(signature.subarray(0, 32)), ...integer(signature.subarray(32))];
  return Buffer.from([48, body.length, ...body]);
}

function takeApart({ headers }) {
  const token = headers.authorization.slice('Bearer '.length);
  const dot = token.lastIndexOf('.');
  const der = toDer(Buffer.from(token.slice(dot + 1), 'base64url'));
  return { headers: { signed: Buffer.from(token.slice(0, dot)), der } };
}

process.on('message', async (message) => {
  if (Array.isArray(message)) {
    events = raw ? message.map(takeApart) : message;
    return process.send('ready');
  }
  const before = process.cpuUsage();
  for (let count = 0; count < message; count += 1) {
    const { isAuthorized } = await handler(events[count % events.length]);
    if (!isAuthorized) throw new Error('a valid token was refused');
  }
  const { user, system } = process.cpuUsage(before);
  process.send((user + system) / message);
});
process.on('disconnect', () => process.exit(0));

/** Sources on the event bus: what we say, and what others may say to us. */
export const busSource = { out: 'pawl', in: 'pawl.signal' } as const;

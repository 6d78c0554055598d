/** Sources on the event bus: events that Pawl publishes, and signals that it receives. */
export const busSource = { out: 'pawl', in: 'pawl.signal' } as const;

/**
 * The schema of a signal's detail (JSON Schema 2020-12); docs/events/signal.schema.json is the same document. Unknown
 * members are rejected: a signal with members that we do not understand may mean something else.
 */
export const signalSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Detail of a signal to Pawl',
  type: 'object',
  properties: {
    subject: {
      type: 'string',
      minLength: 1,
      maxLength: 128,
      description: 'The user whose sessions end: the sub of the access tokens.',
    },
    id: {
      type: 'string',
      minLength: 1,
      maxLength: 128,
      description: 'Id of the incident. Signals with the same type, subject and id are applied once.',
    },
    note: { type: 'string', maxLength: 200, description: 'Free text for people. Pawl does not interpret it.' },
  },
  required: ['subject'],
  additionalProperties: false,
} as const;

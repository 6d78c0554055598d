import type { Call } from '../torture/call.ts';
import type { Model } from './model.ts';

/**
 * The state that determines all further steps: the table, the clock, the tokens of each party, the results that each
 * request has received, and the judge's memory. Two histories with the same state need only one continuation.
 */
export function keyOf(model: Model): number {
  const { judge, left, jar, nowMs, steps, parties, others } = model;
  const never = Number.POSITIVE_INFINITY;
  const sessions = [...judge.tracks.sessions.values()].map((session) => [
    session.sessionId,
    session.mayEnd !== never,
    session.ended !== never,
    session.reused !== never,
    session.thief,
    judge.endings.revocations.map(({ began, ended }) => [ended > session.readBegan, began > session.readEnded]),
  ]);
  const tokens = [...judge.tracks.tokens]
    .map(([text, token]) => [
      text,
      token.firstSent,
      token.firstWon,
      token.sends > 1 && left.strict,
      token.sends > 0,
      token.successor,
      token.dueSince !== never,
      token.notedAt !== never,
    ])
    .sort();
  const standing = (call: Call) => [
    call.nowMs,
    [...judge.tracks.sessions.values()].map(({ reused, ended }) => [reused < call.began, ended < call.began]),
    judge.endings.revocations.map(({ began, ended }) => [
      ended < call.began,
      began > call.readEnded,
      ended > call.readBegan,
    ]),
    call.token !== undefined && judge.tracks.token(call.token).wonAt < call.rotateBegan,
    call.token !== undefined && judge.tracks.token(call.token).dueSince < call.rotateBegan,
    call.token !== undefined && judge.tracks.token(call.token).notedAt < call.rotateBegan,
  ];
  const people = parties.map(({ name, left: wanted, sent, copy, request }) => [
    name,
    wanted,
    sent,
    copy,
    request && (request.answer === undefined ? [request.token, request.heard, standing(request.call)] : told(request)),
  ]);
  const rest = [...others].map(([name, { heard, call }]) => [name, heard, standing(call)]);
  // Sort the calls: the order in which they began to wait makes no difference.
  const waiting = steps.map(({ who, name }) => `${who} ${name}`).sort();
  return hash(
    JSON.stringify([model.table, nowMs, jar, left, sessions, tokens, people, rest, waiting, model.ownership?.key()]),
  );
}

/** An answer in flight. Only its contents count, not the history that led to it. */
function told({ answer, token }: NonNullable<Model['parties'][number]['request']>): unknown {
  return answer === 'refused' ? [token] : [answer?.refreshToken, answer?.refreshTokenChanged];
}

/** 53 bits (cyrb53): with a million states per run, about one run in twenty thousand has a collision. */
function hash(text: string): number {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}
